// Reads requests {"pieces": [base64, …]} as JSON lines, and answers each with the events that
// eventsource-parser hears in those pieces: {"heard": [[name, data, id], …]}; null where it gives none.
// It must add nothing of its own: bytes become text as its own page says, with a TextDecoder.
import {createInterface} from 'node:readline'
import {createParser} from 'eventsource-parser'

function heard(pieces) {
  const events = []
  const parser = createParser({
    onEvent: ({event, data, id}) => events.push([event ?? null, data, id ?? null]),
  })
  const decoder = new TextDecoder()
  for (const piece of pieces) {
    parser.feed(decoder.decode(Buffer.from(piece, 'base64'), {stream: true}))
  }
  parser.feed(decoder.decode())
  return events
}

for await (const line of createInterface({input: process.stdin})) {
  process.stdout.write(JSON.stringify({heard: heard(JSON.parse(line).pieces)}) + '\n')
}
