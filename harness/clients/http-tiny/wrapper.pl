# HTTP::Tiny, the HTTP client of Perl's core: chat, its stream read line by line.
use strict; use warnings;
use HTTP::Tiny;
use JSON::PP;

my $json = JSON::PP->new->canonical->ascii->allow_nonref;
$| = 1;
say_line({ protocol => 1, client => 'HTTP::Tiny', version => HTTP::Tiny->VERSION });
while (my $line = <STDIN>) {
    my $asked = $json->decode($line);
    my $answer = eval { answer($asked) };
    my ($kind, $message) = ref $@ ? @{ $@ } : ('wrapper.Died', "$@");
    my %said = $answer ? (answer => $answer) : (error => { types => [$kind], message => $message });
    say_line({ ask => $asked->{ask}, %said });
}

sub say_line { print $json->encode($_[0]), "\n" }

sub answer {
    my ($asked) = @_;
    my ($answer, $rest, $failed) = ({ text => '', reasoning => '', refusal => '', calls => [] }, '');
    my @tools = map { { type => 'function', function => $_ } } @{ $asked->{tools} };
    my $reply = HTTP::Tiny->new(timeout => $asked->{seconds})->post("$asked->{base_url}/chat/completions", {
        headers => { 'content-type' => 'application/json', authorization => "Bearer $asked->{api_key}" },
        content => $json->encode({
            model => $asked->{model}, stream => JSON::PP::true, stream_options => { include_usage => JSON::PP::true },
            messages => [{ role => 'user', content => $asked->{prompt} }], (@tools ? (tools => \@tools) : ()),
        }),
        data_callback => sub {
            my ($bytes, $response) = @_;
            $rest .= $bytes;
            return if $response->{status} != 200;
            # An error of ours must not be thrown through HTTP::Tiny: it would call it its own.
            while (!$failed && $rest =~ s/\A([^\n]*)\n//) {
                my ($payload) = $1 =~ /\Adata: ?(\{.*)/ or next;
                eval { take($answer, JSON::PP->new->utf8->decode($payload)); 1 } or $failed = $@;
            }
        },
    });
    die ['HTTP::Tiny', "$reply->{status} $reply->{reason}: " . ($reply->{content} // $rest)] unless $reply->{success};
    die $failed if $failed;
    return $answer;
}

sub take {
    my ($answer, $chunk) = @_;
    die ['wrapper.StreamError', $json->encode($chunk->{error})] if $chunk->{error};
    @$answer{qw(input_tokens output_tokens)} = @{ $chunk->{usage} }{qw(prompt_tokens completion_tokens)} if $chunk->{usage};
    for my $choice (@{ $chunk->{choices} // [] }) {
        my $delta = $choice->{delta};
        $answer->{$$_[0]} .= $delta->{$$_[1]} // '' for [text => 'content'], [reasoning => 'reasoning_content'], [refusal => 'refusal'];
        for my $piece (@{ $delta->{tool_calls} // [] }) {
            my $call = $answer->{calls}[$piece->{index}] //= { text => '' };
            $call->{id} //= $piece->{id};
            $call->{name} //= $piece->{function}{name};
            $call->{text} .= $piece->{function}{arguments} // '';
        }
        $answer->{finish_reason} = $choice->{finish_reason} // $answer->{finish_reason};
    }
}
