import Scenario
import Testing

/// Files that are refused, with the place and what is right.
struct ScenarioRefusalTests {
    @Test(arguments: [
        (
            "users: 20\nhold: 1m", "line 1, column 1: the file has no key 'users'; did you mean 'sessions'?",
            "another program's key in place of a required one"
        ),
        (
            "sessions: 10\nduration: 1m", "line 2, column 1: the file has no key 'duration'; did you mean 'for'?",
            "another program's key for the length"
        ),
        (
            "ramp: 10s\nhold: 1m", "line 1, column 1: the file needs a load level: 'sessions' or 'rate'",
            "the level is missing"
        ),
        (
            "sesions: 10\nhold: 1m", "line 1, column 1: the file has no key 'sesions'; did you mean 'sessions'?",
            "a required key is misspelt"
        ),
        (
            "sessions: 10\nholdd: 1m", "line 2, column 1: the file has no key 'holdd'; did you mean 'hold'?",
            "a required key of the length is misspelt"
        ),
        (
            "sessions: 10\nuntil: 1m", "line 2, column 1: the file has no key 'until'; did you mean 'for'?",
            "another word for the length"
        ),
        (
            "sessions: 10\nhold: 1m\nspikes: {sessions: 20, for: 1s, evry: 3s}",
            "line 3, column 33: spikes has no key 'evry'; did you mean 'every'?", "a misspelt key of spikes"
        ),
        (
            "sessions: 10\nhold: 1m\nbefore: [{rnu: ls}]",
            "line 3, column 11: command has no key 'rnu'; did you mean 'run'?", "a misspelt key of a command"
        ),
        (
            "sessions: 10\nhold: 1m\nservices: {r: {stat: x}}",
            "line 3, column 16: service 'r' has no key 'stat'; did you mean 'start'?", "a misspelt key of a service"
        ),
        (
            "sessions: 10\nhold: 1m\nservices: {r: {start: ' '}}", "line 3, column 23: 'start' is empty",
            "a service without a command"
        ),
        ("sessions: 10\nhold: 1m\nafter: ['']", "line 3, column 9: 'command' is empty", "an empty command"),
        (
            "scenarios: {s: {matrix: {sesions: [1]}, hold: 1m}}",
            "line 1, column 26: scenario 's-1' has no key 'sesions'; did you mean 'sessions'?", "a misspelt axis"
        ),
        (
            "scenarios: {s: {matrix: {sessions: []}, hold: 1m}}",
            "line 1, column 36: 'sessions' of the matrix has no values", "an axis without values"
        ),
        ("log: a.rlog\nscenarios:\n", "line 1, column 1: 'scenarios' is empty", "no scenario"),
        (
            "phases: [{sessions: 5, hold: 5000h}, {sessions: 5, hold: 5000h}]",
            "line 1, column 1: a scenario lasts at most a year", "a sum that no clock holds"
        ),
        (
            "sessions: 5\nramp: 2000000h\nhold: 1h", "line 1, column 1: a scenario lasts at most a year",
            "a ramp that no clock holds"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nspikes: {sessions: 20, for: 1s, every: 3s}",
            "line 3, column 9: spikes cut a single phase: leave out 'ladder' and 'phases'", "spikes of a ladder"
        ),
        (
            "phases: [{sessions: 1, hold: 1m}, {sessions: 2, hold: 1m}]\nspikes: {sessions: 20, for: 1s, every: 3s}",
            "line 2, column 9: spikes cut a single phase: leave out 'ladder' and 'phases'", "spikes of several phases"
        ),
        (
            "sessions: 50\nhold: 1m\nspikes: {sessions: 20, for: 1s, every: 3s}",
            "line 3, column 9: a spike of 20 sessions is no higher than the level of 50", "a spike that falls"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nsearch: 10",
            "line 3, column 9: 'search' must be a share from 0.5% to 50%, not '10'; did you mean '10%'?",
            "a share without its sign"
        ),
        (
            "sessions: 1\nhold: 1m\nservices: {r: {start: x}}\nfaults: [{stop: r, at: 5s, for: 9s}, {name: f, kill: r, at: 9s, for: 9s}]",
            "line 4, column 38: the faults 'r' and 'f' overlap: both are about 'r'",
            "the undo of one would end the other"
        ),
        (
            "sessions: 1\nhold: 1m\nwatch: {l: {file: a.log}}\nfaults: [{kill: l, at: 5s, for: 9s}]",
            "line 4, column 10: there is no service or watch of processes 'l'; none is defined",
            "a log file cannot be killed"
        ),
        (
            "phases: [{name: all, sessions: 1, hold: 1m}]",
            "line 1, column 10: a phase cannot be called 'all', which has a meaning in criteria", "a reserved name"
        ),
        (
            "phases: [{name: steady state, sessions: 1, hold: 1m}]\ngates: {steady state: [p95<1s]}",
            "line 2, column 24: criteria read 'steady state' as an endpoint, as it has a space: rename it, such as 'steady-state'",
            "a name with a space"
        ),
        (
            "sessions: 1\nhold: 1m\nwatch: {a.b: {port: 80}}",
            "line 3, column 9: a watch is named by letters, digits, '-' and '_', as criteria name its figures: not 'a.b'",
            "a watch with a dot"
        ),
        (
            "sessions: 1\nhold: 1m\nverdict: {pass: OK, fail: OK}",
            "line 3, column 10: 'pass' and 'fail' need different words", "verdicts that read the same"
        ),
        (
            "sessions: 10\nhold: 1m\ntarge: x", "line 3, column 1: the file has no key 'targe'; did you mean 'target'?",
            "a key is misspelt"
        ),
        (
            "sessions: 10\nhold: 30",
            "line 2, column 7: 'hold' must be a duration such as 30s, 5m or 1h30m, not '30'; did you mean '30s'?",
            "a unit is missing"
        ),
        (
            "sessions: 10\nramp: 2m\nfor: 1m",
            "line 3, column 6: the phase ends before it reaches its level: 'for' includes the ramp", "for is too short"
        ),
        (
            "sessions: 10\nhold: 2m\nfor: 1m",
            "line 3, column 6: 'for' is ramp and hold together: give either 'hold' or 'for'", "two lengths"
        ),
        ("sessions: 10\nhold: 0s", "line 1, column 1: 'hold' must be longer than 0", "no length"),
        (
            "sessions: 10\nhold: 1m\npasses: 2", "line 3, column 9: 'passes' and a length exclude each other",
            "an end by time and one by passes"
        ),
        (
            "rate: 2/s\npasses: 2",
            "line 2, column 9: 'passes' counts how often each session runs, and a 'rate' starts sessions: give 'sessions'",
            "passes of no sessions"
        ),
        (
            "ladder: [5, 10]\nramp: 2m\nfor: 2m",
            "line 3, column 6: each run ends before it reaches its level: 'for' includes the ramp",
            "levels that are all ramp"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nfor: 2m",
            "line 3, column 6: 'for' is ramp and hold together: give either 'hold' or 'for'", "two lengths of a level"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nback: 10",
            "line 3, column 7: 'back' is a low level to return to, and 10 is the ladder's highest or above it",
            "a return that is none"
        ),
        ("scenarios: {s: {matrix: {}, sessions: 1, hold: 1m}}", "line 1, column 25: 'matrix' is empty", "no axis"),
        ("sessions: 10\nhold: 1m\nhold: 2m", "line 2, column 1: 'hold' is given twice", "a key twice"),
        (
            "sessions: 10\nrate: 5/s\nhold: 1m", "line 1, column 1: 'sessions' and 'rate' exclude each other",
            "two levels"
        ),
        (
            "sessions: 0\nhold: 1m", "line 1, column 11: 'sessions' must be a whole number from 1 to 10000000, not '0'",
            "no session"
        ),
        (
            "sessions: 10\nhold: 1m\ntraffic: lgin\n", "line 1, column 1: there is no traffic 'lgin'; none is defined",
            "an unknown traffic"
        ),
        (
            "sessions: 10\nhold: 1m\ngates: [max(db.connections)<10]",
            "line 3, column 9: there is no watch 'db'; none is defined", "an unknown watch"
        ),
        (
            "sessions: 10\nhold: 1m\ngates: [capacity>=10]",
            "line 3, column 9: 'capacity' is the result of a ladder, which 'auth' is not", "no ladder"
        ),
        (
            "sessions: 10\nhold: 1m\nservices: {r: {start: x}}\nfaults: [{stop: r, at: 50s, for: 20s}]",
            "line 4, column 10: fault 'r' ends after the scenario, which lasts 1m", "a fault that outlasts its scenario"
        ),
        (
            "ladder: [10, 20, 40]\nramp: 10s\nhold: 1m\nfaults: [{name: f, run: x, undo: y, at: 50s, for: 30s}]",
            "line 4, column 10: fault 'f' ends after a run of the ladder, which lasts 1m10s",
            "a fault that no level of the ladder reaches"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {r: {redis: 'h:1', password: hunter2}}",
            "line 3, column 37: a password must not be in the file: use env:NAME or file:PATH",
            "a secret in the file"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {d: {postgres: 'host=db password=hunter2'}}",
            "line 3, column 12: the address contains a password: use env:NAME or file:PATH", "a secret among words"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {d: {postgres: 'postgres://a@db/x?sslmode=require&password=hunter2'}}",
            "line 3, column 12: the address contains a password: use env:NAME or file:PATH", "a secret among parameters"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {d: {postgres: 'postgres://a:hunter2@db/x'}}",
            "line 3, column 12: the address contains a password: use env:NAME or file:PATH", "a secret in a URL"
        ),
        (
            "ladder: [10, 5]\nhold: 1m", "line 1, column 14: the levels of a ladder must rise: 5 follows 10",
            "a ladder that falls"
        ),
        ("- a", "line 1, column 1: the file must be a map, such as {key: value}", "no map"),
        ("a: [1", "line 2, column 1: this is not YAML: did not find expected ',' or ']'", "broken YAML"),
    ]) func saysWhereAFaultIs(text: String, message: String, reason: Comment) {
        let error = #expect(throws: ScenarioError.self, reason) { try ScenarioFile(parsing: text, name: "auth") }
        #expect(error?.description == message, reason)
    }
}
