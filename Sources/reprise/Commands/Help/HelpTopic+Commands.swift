/// The less common options of commands.
extension HelpTopic {
    static let replayTopics = [
        HelpTopic(
            name: "replay.load", abstract: "When a replay sends requests, and which ones it leaves out",
            text: """
                The schedule is open loop by default: requests are due at recorded times divided by --speed, whether earlier \
                ones were answered or not. A request of a session still waits for the answers it depends on (--order).

                --sessions N runs N sessions at once; when one ends, the next recorded session takes its place. --copies N \
                multiplies the recorded traffic. Without both, each recorded session runs once at its recorded time.

                A session that falls more than --max-behind behind its schedule ends; requests that are not sent are counted.
                """,
            command: "replay",
            options: [
                "arrivals", "order", "max-behind", "drain", "connections", "seed", "no-prelude", "compare-bodies",
                "max-failure-ratio",
            ]),
        HelpTopic(
            name: "replay.identities", abstract: "The users that replayed sessions log in or register as",
            text: """
                Each replayed session needs its own user where the service allows a user name once, or one session per \
                user. By default, recorded user names of registrations and logins become user1, user2, …; the passwords stay \
                as recorded. This works when the sessions register, or when such users exist.

                Existing users come from a file:

                  username,password
                  alice,s3cret
                  bob,hunter2

                  reprise plan shop.rlog --identities users.csv --bindings       shows which fields are replaced
                  reprise replay shop.rlog --target http://localhost:8080 --identities users.csv --sessions 2
                """,
            command: "replay", options: ["identity", "identities", "identities-when-used-up", "feed"]),
        HelpTopic(
            name: "replay.tokens", abstract: "Tokens, cookies and other values that must be fresh",
            text: """
                A value that is in a recorded response and in a later request of the session is bound: the replay takes it \
                from the live response. 'reprise plan LOG --bindings' lists the bindings, and a bindings file changes them.

                Tokens that no recorded response contains are sent as recorded, unless they are re-signed (--mint-key), \
                fetched (--oauth-token-url) or made by a command (--mint-with).

                EXAMPLES
                  reprise replay shop.rlog --target http://localhost:8080 --mint-key jwt.pem --claim 'sub=user-{clone}'
                  reprise replay shop.rlog --target http://localhost:8080 --on-401 relogin
                  reprise replay shop.rlog --target http://localhost:8080 --oauth-token-url http://localhost:9000/token \\
                      --oauth-client-id load --oauth-client-secret env:SECRET
                """,
            command: "replay",
            options: [
                "bindings", "on-missing", "keep-cookies", "on-401", "renew-before", "mint-key", "claim", "mint-with",
                "mint-timeout", "aws-keys", "oauth-token-url", "oauth-grant", "oauth-client-id", "oauth-client-secret",
                "oauth-client-in-body", "oauth-scope", "oauth-user", "oauth-password", "oauth-refresh-token",
            ]),
        HelpTopic(
            name: "replay.connections", abstract: "How a replay connects: limits, TLS, proxies, names",
            text: """
                A connection is used by one replayed session only. HTTP/1.1 is sent byte for byte as recorded, except for bound \
                values, Host and lengths.
                """,
            command: "replay",
            options: [
                "transport", "workers", "timeout-connect", "timeout-first-byte", "keep-host", "cacert", "cert", "key",
                "sni", "resolve", "connect-to", "proxy", "proxy-password-file", "proxy-cacert", "proxy-insecure",
            ]),
        HelpTopic(
            name: "replay.watching", abstract: "What a replay measures in addition to its requests",
            text: """
                Watched processes and metrics are judged for growth: leak, no leak or inconclusive. --gate no-leak makes the \
                run fail on a leak.

                --warm-up 5m leaves the first five minutes out of these verdicts. --stop-when-sure ends the run as soon as \
                every gate is sure to pass or to fail, and says how much time that saved. The generator's own machine is \
                recorded in every run: a latency that rises when the machine gets busy is not blamed on the target. \
                --control adds requests to a built-in echo, which nothing but the machine can slow down.

                EXAMPLES
                  reprise replay shop.rlog --target http://localhost:8080 --for 8h --watch-target --gate no-leak
                  reprise replay shop.rlog --target http://localhost:8080 --for 8h --live --linger 10m
                  reprise replay shop.rlog --target http://localhost:8080 --for 2h --watch-target --warm-up 5m \\
                      --gate no-leak --gate no-drift --stop-when-sure
                  reprise replay shop.rlog --target http://localhost:8080 --for 8h \\
                      --watch-metrics http://localhost:9100/metrics --watch-metric 'jvm_memory_used_bytes{area="heap"}'
                """,
            command: "replay",
            options: [
                "watch-target", "watch-pid", "watch-metrics", "watch-metric", "watch-interval", "warm-up",
                "stop-when-sure", "control",
                "live-token", "linger", "remote-write",
            ]),
        HelpTopic(
            name: "run.live", abstract: "Watching a campaign while it runs",
            text: """
                --live serves a page with the figures, gates, phases, faults and watches of the current run, and \
                /metrics for Prometheus on the same address. Its buttons stop the run, end a phase and undo a fault. \
                'reprise watch FOLDER' serves the page of a finished run.

                EXAMPLES
                  reprise run shop.yaml --live
                  reprise run shop.yaml --live 0.0.0.0:8089 --live-token env:TOKEN --linger 10m
                  reprise run shop.yaml --remote-write http://127.0.0.1:9090/api/v1/write
                """,
            command: "run", options: ["live-token", "linger", "remote-write"]),
        HelpTopic(
            name: "replay.comparing", abstract: "Alternating replays to two targets, and their comparison",
            text: """
                Two runs of the same service always differ. With --baseline-target, baseline and target take turns on the \
                same plan, and the differences between turns show what is noise.

                EXAMPLE
                  reprise replay shop.rlog --target http://localhost:8081 --baseline-target http://localhost:8080 \\
                      --for 2m --pairs 5 --gate no-regression -o pairs
                """,
            command: "replay", options: ["baseline-target", "pairs", "margin"]),
    ]

    static let captureLimits = HelpTopic(
        name: "capture.limits", abstract: "Limits of a capture's memory, and of what it keeps",
        text: """
            Memory is bounded. What is dropped to stay within the limits is counted in the log, and 'inspect' shows it.
            """,
        command: "capture",
        options: [
            "max-body", "max-head", "max-connections", "reassembly-memory", "hole-memory", "tls-memory",
            "secret-patience", "idle-timeout", "max-credentials",
        ])
}
