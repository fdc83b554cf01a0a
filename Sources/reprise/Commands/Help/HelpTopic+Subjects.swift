/// Subjects that concern several commands.
extension HelpTopic {
    static let gates = HelpTopic(
        name: "gates", abstract: "Conditions that a run must meet (--gate)",
        text: """
            A gate is what k6 calls a threshold. replay, analyze, merge and compare take --gate, any number of times; the gates, \
            goals and guards of scenario files ('reprise run') have the same grammar. A gate that fails makes the verdict FAIL \
            and the exit code 99. A gate without enough data is inconclusive, and so is one that fails only because Reprise \
            itself stalled or was too slow; with --strict it fails as well.

            GRAMMAR
              gate      = [scope ":"] figure relation limit
                        | [scope ":"] "no-leak" | "no-drift" | "no-regression"
              scope     = endpoint, or "each": every endpoint by itself
              figure    = "p50" … "p99.9"   percentile of the times (any pN, 0 < N < 100)
                        | "mean" | "max"    mean and longest time
                        | "failures"        share (with %) or number of failed requests
                        | "answered"        share of requests that got a response
                        | "rps"             responses per second; "rps(429)" counts only that status
                        | "share(429|5xx|timeout)"   share of requests with one of these outcomes
                        | "before(429|403)" responses that a session got before its first such response
                        | "sessions"        the most sessions at once
              relation  = "<" | "<=" | ">" | ">="
              limit     = duration (250ms, 1.5s) for times
                        | percentage (1%, 0.1%) or whole number for failures
                        | percentage for answered and share
                        | number for rps, before and sessions
              endpoint  = method and path template, as the report's table shows it

            EXAMPLES
              --gate 'p95<500ms'                     95 of 100 response times are below 500 ms
              --gate 'p99.9<=2s' --gate 'max<10s'
              --gate 'failures<1%'                   fewer than 1 of 100 requests failed
              --gate 'failures<=3'                   at most three requests failed
              --gate 'POST /login: p99<1s'           for one endpoint
              --gate 'GET /users/{id}: failures<0.1%'
              --gate 'p95(GET /items)<200ms'         another way to name the endpoint
              --gate 'answered>=99.9%'
              --gate 'rps>100'                       more than 100 responses per second
              --gate 'each: failures<1%'             every endpoint: fewer than 1 of 100 failed
              --gate 'share(429|403)<0.1%'           exact statuses, timeout, refused or reset
              --gate no-leak                         no watched process or metric grows (needs --watch-…)
              --gate no-drift                        response times do not rise during the run
              --gate no-regression                   compare, and replay with --baseline-target
              --gate @gates.txt                      a file with a gate per line; # starts a comment

            A space around the relation is allowed. Quote gates in a shell: < and > are redirections.

            WHICH TIMES
            A gate on the whole run reads response times: from the scheduled time of a request to the end of its response. A \
            gate on an endpoint reads from when the request was ready, so that a stall counts once, not for every request \
            behind it. Times are those of answered requests: a request without a response is a failure, not a fast one. \
            A request that is still without a response when the run ends took at least as long as it had waited: if \
            times on the whole run miss their limit with these, the gate fails. A run in which most requests got no \
            response does not pass.
            """)

    static let times = HelpTopic(
        name: "times", abstract: "The times that are measured, and what they include",
        text: """
            A request has four points in time:

              scheduled      when the request is due by the plan
              ready          the latest of: scheduled, the responses it waits for, its token, its connection, --rate
              first action   connecting, or sending on an open connection
              finished       the last byte of the response

              |--- held ---|--- send lag ---|--- connect ---|------ service ------|
              scheduled    ready            first action    first byte sent       finished

            The times between them:

              held           ready − scheduled: waiting for another response, a token, a connection or --rate
              send lag       first action − ready: how late Reprise itself was
              connect        DNS, TCP and TLS
              service time   finished − first byte sent: what other tools call latency
              response time  finished − scheduled: the sum of the four. A target that stalls delays the requests
                             behind it, and the response time includes that delay (no coordinated omission)
              turnaround     finished − ready: the response time without the held time. The table of endpoints
                             and gates on an endpoint use it, so that one stall counts once

            Under --pacing think and --speed max a request is scheduled when the one before it has finished (closed loop): \
            held times are near zero, and a stall slows the load down.

            A session log has no schedule: 'inspect', 'analyze LOG' and 'compare' with a log use service times.
            """)

    static let sessions = HelpTopic(
        name: "sessions", abstract: "What makes exchanges one session (--session-by)",
        text: """
            A session is the ordered exchanges of one client. capture, import and regroup take --session-by:

              auto           the tokens and session cookies that requests carry and responses set; where there are
                             none, the connection. The default
              connection     the TCP connection
              client         the client's IP address
              header:NAME    the value of a request header, such as header:X-User-Id
              cookie:NAME    the value of a cookie, such as cookie:sid
              query:NAME     the value of a query parameter, such as query:api_key
              jwt:CLAIM      a claim of the JSON Web Token, such as jwt:sub
              file           (import) each file is a session

            An exchange without the value belongs to the session that its connection had before.

            If 'inspect' shows about as many sessions as exchanges, the automatic choice did not fit. 'reprise regroup LOG \
            --session-by header:X-User-Id -o NEW' rebuilds the sessions of a log without capturing again.

            EXAMPLES
              reprise capture -i eth0 --port 8080 --session-by cookie:sid -o day.rlog
              reprise import day.har --session-by file -o day.rlog
              reprise regroup day.rlog --session-by jwt:sub -o users.rlog
            """)

    static let filters = HelpTopic(
        name: "filters", abstract: "Options that choose exchanges by their content",
        text: """
            inspect, export, cut, plan, replay, capture, import and regroup take these options. Different options must all \
            match; a repeated option matches if any of its values matches; for --where, all must match.

            ENDPOINTS
            An endpoint is a method and a path template. Path segments that vary, such as numbers, UUIDs and tokens, become \
            {id}; 'inspect' lists the endpoints it found. The same templates are used everywhere, also in --gate.

            --endpoints FILE overrides them, for inspect, plan, replay, analyze, compare and all filters. The file has a \
            template per line: a segment in braces matches any one segment, and a last * all that follow. The first match \
            counts. Lines that start with # are comments.

              GET /users/{name}/posts
              /static/*

            A replay that leaves out a login by a filter still sends it first, because later requests need its token; it is \
            measured separately. --no-prelude switches that off.

            EXAMPLES
              reprise inspect day.rlog --endpoint 'GET /users/{id}' --status 5xx
              reprise cut day.rlog --host api.example.com --sample 10% -o part.rlog
              reprise replay day.rlog --target http://localhost:8080 --endpoint '/api/**' --where 'X-Tenant: acme'
            """,
        command: "inspect",
        options: ["endpoint", "endpoints", "method", "status", "host", "where", "sample", "sample-seed"])

    static let units = HelpTopic(
        name: "units", abstract: "How durations, sizes, rates and times are written",
        text: """
              duration   250ms 10s 5m 8h 1d 1h30m      a unit is needed
              size       512 64KiB 2GiB                bytes without a unit
              rate       500/s
              share      10% or 0.1
              time       5m                            after the first exchange
                         2026-03-01 2026-03-01T12:30   UTC
                         2026-03-01T12:30:15.25+02:00  with a time zone
                         1772368215.25                 seconds since 1970 (Unix time)
            """)

    static let exitCodes = HelpTopic(
        name: "exit-codes", abstract: "The exit codes and their meaning",
        text: """
              0     success
              1     failed: nothing was answered, no packet was captured, a file could not be written, …
              2     the input is unreadable or damaged
              64    usage error
              99    a gate failed
              130   interrupted by Ctrl-C, SIGTERM or SIGHUP; results up to then are written

            The first signal ends a replay cleanly: no new requests begin, and requests in flight have --drain to finish. If the \
            run was already waiting for its last requests, they are given up. The second signal ends the program at once.

            Results go to standard output; progress, notes and warnings go to standard error.
            """)
}
