// The half of a Node wrapper program that is the same for every client: lines in, lines out.
//
// A program calls `serve(name, answer)`; `answer` takes what was asked and gives the answer as the
// protocol has it (conformance/schemas/client.said.schema.json). Its errors are reported, never
// judged. What the library prints by `console` goes to standard error, so that lines stay lines.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export async function serve(name, answer) {
  for (const word of ["log", "info", "debug"]) console[word] = console.error;
  let stray = null;
  // A library that throws where nobody can catch it has not answered: that is what it did.
  process.on("uncaughtException", (error) => (stray ??= error));
  process.on("unhandledRejection", (error) => (stray ??= error));
  say({ protocol: 1, client: name, version: version(name) });
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    stray = null;
    const said = await tried(answer, asked);
    say({ ask: asked.ask, ...(stray && said.answer ? { error: told(stray) } : said) });
  }
  process.exit(0);
}

function version(name) {
  const path = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")).version;
}

async function tried(answer, asked) {
  try {
    return { answer: await answer(asked) };
  } catch (error) {
    console.error(error);
    return { error: told(error) };
  }
}

function told(error) {
  const types = [];
  for (let kind = error; kind && kind !== Object.prototype; kind = Object.getPrototypeOf(kind)) {
    const found = kind.constructor?.name;
    if (found && found !== types.at(-1)) types.push(found);
  }
  if (error?.name && !types.includes(error.name)) types.unshift(error.name);
  const code = error?.code ?? error?.cause?.code;
  return {
    types: types.length ? types : [typeof error],
    message: String(error?.message ?? error).slice(0, 2000),
    code: typeof code === "string" ? code : null,
  };
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
