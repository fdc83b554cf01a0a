/// The file that `reprise run` reads.
extension HelpTopic {
    static let scenarios = HelpTopic(
        name: "scenarios", abstract: "The YAML file of 'reprise run': traffic, load, faults, gates",
        text: """
            The file names recorded traffic, the load of one or more scenarios, and the conditions that must hold. 'reprise run \
            FILE --dry-run' checks it and shows what would happen; unknown keys and invalid values are errors with line and column.

            EXAMPLE
              log: shop.rlog                  # one or more session logs
              target: http://localhost:8080
              think: 1s..3s                   # random pauses instead of the recorded ones
              traffic:                        # named parts of the logs
                login: {endpoint: POST /login}
                browse: {endpoint: [GET /items, 'GET /items/{id}']}
                mixed: {mix: {login: 10%, browse: 90%}}
              watch: {api: {port: 8080}}
              gates: [failures<1%]            # for every scenario
              scenarios:
                smoke: {traffic: mixed, sessions: 10, hold: 1m}
                peak:
                  traffic: mixed
                  phases:
                    - {name: warm-up, sessions: 100, hold: 2m, judged: false}
                    - {name: peak, sessions: 1000, ramp: 1m, hold: 10m}
                  gates: {all: [no-leak], POST /login: [p95<500ms], peak: [rps>200]}
                limit: {traffic: browse, ladder: [500, 1000, 2000], ramp: 30s, hold: 2m, search: 10%, gates: [p95<300ms]}

            KEYS OF THE FILE
              name, log, scenarios            a file without 'scenarios' is one scenario
              traffic    NAME: log, and filters as in 'reprise help filters' (endpoint, method, status, host, where, sample,
                         session, from, until); or mix: {NAME: SHARE, …}
              services   NAME: start, stop, ready (shell commands), timeout
              watch      NAME: one of pid, port, process, cgroup, disk, network, metrics, redis, postgres, file with count,
                         command; password: env:NAME or file:PATH; every: 1s
              verdict    {pass: APPROVED, fail: BLOCKED}
              score      {excellent: 95, good: 85}: names for the percentage of goals met
              gates, goals, guards, before, after, checks, baseline: also in each scenario, which adds its own
              x-NAME     anything: a template for anchors (x-usual: &usual {…}, and <<: *usual in a scenario)

            KEYS OF A SCENARIO
              load       sessions or rate (50/s), with ramp and one of hold, for (ramp and hold together), passes
                         phases: a list of such maps, each with a name; judged: false leaves a phase out of gates
                         ladder: [100, 200, 400], with hold, search: 10% and back: 50, for the capacity
                         spikes: {sessions: 1000, for: 30s, every: 5m}
                         matrix: {sessions: [100, 200]} and repeat: 3 expand to several scenarios
              traffic    a name of 'traffic', or sessions by name: {login: 20, browse: 200}
              faults     a list of {stop: SERVICE}, {kill: NAME}, {pause: NAME} or {run: COMMAND, undo: COMMAND}, each with
                         at: 2m and for: 30s
              gates      must hold; goals only score; guards end the run at once: 'failures<50% for 30s', no-leak
                         see 'reprise help gates'; scopes: all, each, endpoint, phase, traffic, during FAULT, after FAULT
              before, after, checks: shell commands, or {run: COMMAND, timeout: 5m}; 'after' always runs; what they
                         print is in commands.log of the campaign folder, without secrets
              baseline   a run folder, a campaign folder or 'last', for no-regression

            Most long options of 'replay' may be used as keys, in the file, a scenario, a phase or a traffic: target, think, speed, \
            pacing, identities, bindings, expect, timeout, source (127.0.0.2-127.0.0.50: as if from many clients), … Files are \
            relative to the scenario file.

            GATES OF SCENARIOS ONLY
              recovery(redis)<5s, outage(redis)<=1s     after and during a fault
              capacity>=1000                            the result of a ladder
              max(api.rss)<2GiB, redis.hits>90%, rate(redis.evicted_keys)<=0, increase(log.errors)<1
              restarts(api)<1, no-leak(api)             watches

            EXAMPLES
              reprise run shop.yaml --dry-run
              reprise run shop.yaml peak --quick        all durations divided by 30
              reprise run shop.yaml --set peak.phases.1.sessions=500 --set target=http://staging:8080
              reprise run --undo runs/shop-1            undo the faults of a killed run
            """)
}
