import ArgumentParser
import FoundationEssentials
import Logging
import RedisClient
import Traffic

/// Where it listens and what it says.
struct ListeningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "port"))
    var port = 8080

    @Option(
        help: ArgumentHelp("What is logged on standard error: \(levels) (default: warning).", valueName: "level"),
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else { throw ValidationError("a level is one of \(levels)") }
            return level
        })
    var logLevel = Logger.Level.warning

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
    }
}

/// How tokens are made, and how long they live.
struct TokenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long an access token is good for, at least 1s (default: 5m).", valueName: "duration"),
        transform: duration)
    var tokenLifetime: Duration = .seconds(300)

    @Option(
        help: ArgumentHelp(
            "How long a session can be refreshed after its last refresh (default: 24h).", valueName: "duration"),
        transform: duration)
    var refreshLifetime: Duration = .seconds(86400)

    @Option(
        help: ArgumentHelp(
            "The key that signs access tokens (HS256, 32 bytes or more). Without it a random one: tokens of an "
                + "earlier process are refused.",
            valueName: "text"))
    var signingKey: String?

    @Option(help: ArgumentHelp("A file whose bytes are that key, all of them.", valueName: "file"))
    var signingKeyFile: String?

    func validate() throws {
        guard tokenLifetime >= .seconds(1), refreshLifetime >= .seconds(1) else {
            throw ValidationError("Tokens live for at least 1s.")
        }
        guard signingKey == nil || signingKeyFile == nil else {
            throw ValidationError("Give --signing-key or --signing-key-file, not both.")
        }
    }

    /// The signing key that was given; nil when none was.
    func key() throws -> [UInt8]? {
        let key: [UInt8]
        if let signingKey {
            key = Array(signingKey.utf8)
        } else if let signingKeyFile {
            guard let data = try? Data(contentsOf: URL(filePath: signingKeyFile)) else {
                throw ValidationError("The signing key file \(signingKeyFile) cannot be read.")
            }
            key = Array(data)
        } else {
            return nil
        }
        guard key.count >= TokenAuthority.minimumKeyBytes else {
            throw ValidationError(
                "A signing key for HS256 has at least \(TokenAuthority.minimumKeyBytes) bytes (RFC 7518, section 3.2); "
                    + "this one has \(key.count).")
        }
        return key
    }
}

/// How much is kept.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Registrations kept; the oldest make room.", valueName: "n"))
    var maxUsers = 1_000_000

    @Option(help: ArgumentHelp("Sessions kept, and as many revocations; the oldest make room.", valueName: "n"))
    var maxSessions = 500_000

    @Option(help: ArgumentHelp("Items kept; the oldest make room.", valueName: "n"))
    var maxItems = 100_000

    func validate() throws {
        for (name, count) in [("users", maxUsers), ("sessions", maxSessions), ("items", maxItems)] {
            guard (100...100_000_000).contains(count) else {
                throw ValidationError("--max-\(name) is 100 to 100,000,000.")
            }
        }
    }
}

/// Memory taken on purpose: a leak, and what only looks like one.
struct MemoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory leaked for each request answered, as 4096 or 64KiB (default: 0).", valueName: "size"),
        transform: size)
    var leak = ByteCount(0)

    @Option(
        help: ArgumentHelp(
            "A cache of 4 KiB entries, the least recently used making room: it fills as requests come, then stays full "
                + "(default: 0).",
            valueName: "size"), transform: size)
    var cache = ByteCount(0)

    @Option(
        help: ArgumentHelp(
            "Garbage at its largest: it grows with requests and is collected after \(MemoryFaults.requestsPerCollection) "
                + "of them (default: 0).",
            valueName: "size"), transform: size)
    var sawtooth = ByteCount(0)

    @Option(
        help: ArgumentHelp("How long after the start --step-by is taken.", valueName: "duration"), transform: duration)
    var stepAfter: Duration?

    @Option(help: ArgumentHelp("Memory taken once, then.", valueName: "size"), transform: size)
    var stepBy: ByteCount?

    /// Largest cache, step or sawtooth.
    private static let limit = ByteCount(1 << 40)

    func validate() throws {
        guard (stepAfter == nil) == (stepBy == nil) else {
            throw ValidationError("--step-after and --step-by go together.")
        }
        for amount in [cache, sawtooth, stepBy ?? cache] where amount.bytes > MemoryOptions.limit.bytes {
            throw ValidationError("--cache, --sawtooth and --step-by are \(MemoryOptions.limit) at most.")
        }
    }

    var amounts: MemoryFaults.Amounts {
        MemoryFaults.Amounts(
            cache: Int(clamping: cache.bytes), step: Int(clamping: stepBy?.bytes ?? 0), stepAfter: stepAfter ?? .zero,
            garbage: Int(clamping: sawtooth.bytes))
    }
}

/// What gets slow or fails on purpose.
struct FaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What the time to serve a request is multiplied by in each hour, continuously.", valueName: "factor"))
    var drift = 1.0

    @Option(
        help: ArgumentHelp("Waiting added to every request (default: 0s).", valueName: "duration"), transform: duration)
    var baseLatency: Duration = .zero

    @Option(
        help: ArgumentHelp("How long after the start --slow-by sets in.", valueName: "duration"), transform: duration)
    var slowAfter: Duration?

    @Option(
        help: ArgumentHelp("Waiting added to every request from then on.", valueName: "duration"), transform: duration)
    var slowBy: Duration?

    @Option(
        help: ArgumentHelp(
            "Only requests to this route, as /metrics names it: '/api/v1/items/{id}'.", valueName: "route"))
    var slowRoute: String?

    @Option(
        help: ArgumentHelp("How long after the start --tail-by sets in.", valueName: "duration"), transform: duration)
    var tailAfter: Duration?

    @Option(
        help: ArgumentHelp("Waiting added to a few requests from then on.", valueName: "duration"), transform: duration)
    var tailBy: Duration?

    @Option(help: ArgumentHelp("Share of the requests that --tail-by slows, 0 to 1.", valueName: "ratio"))
    var tailRatio = 0.05

    @Option(help: ArgumentHelp("Only requests to this route, as for --slow-route.", valueName: "route"))
    var tailRoute: String?

    @Option(
        help: ArgumentHelp("How long after the start it stalls, once.", valueName: "duration"), transform: duration)
    var stallAfter: Duration?

    @Option(help: ArgumentHelp("How long nothing is answered then.", valueName: "duration"), transform: duration)
    var stallFor: Duration?

    @Option(help: ArgumentHelp("Share of the requests to /api answered 500, 0 to 1.", valueName: "ratio"))
    var errorRatio = 0.0

    @Option(help: ArgumentHelp("Seed of what happens at random.", valueName: "n"))
    var seed: UInt64 = 1

    func validate() throws {
        guard drift > 0, drift <= 1e6 else { throw ValidationError("--drift is more than 0 and at most 1e6.") }
        guard (0...1).contains(errorRatio) else { throw ValidationError("--error-ratio is 0 to 1.") }
        guard (0...1).contains(tailRatio) else { throw ValidationError("--tail-ratio is 0 to 1.") }
        for (name, after, by) in [("slow", slowAfter, slowBy), ("tail", tailAfter, tailBy)] {
            guard (after == nil) == (by == nil) else {
                throw ValidationError("--\(name)-after and --\(name)-by go together.")
            }
        }
        guard (stallAfter == nil) == (stallFor == nil) else {
            throw ValidationError("--stall-after and --stall-for go together.")
        }
        guard slowRoute == nil || slowBy != nil, tailRoute == nil || tailBy != nil else {
            throw ValidationError("--slow-route goes with --slow-by, --tail-route with --tail-by.")
        }
    }

    var faults: Faults {
        Faults(
            baseLatency: baseLatency, slowAfter: slowAfter, slowBy: slowBy ?? .zero, slowRoute: slowRoute,
            tailAfter: tailAfter, tailBy: tailBy ?? .zero, tailRatio: tailRatio, tailRoute: tailRoute,
            stallAfter: stallAfter, stallFor: stallFor ?? .zero, driftPerHour: drift, errorRatio: errorRatio)
    }
}

/// What clients are limited to, and what several services share.
struct SharingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Requests a second from one address; more are answered 429.", valueName: "n"))
    var rateLimit: Int?

    @Option(
        help: ArgumentHelp(
            "How long an address is blocked (403) after \(LimitMiddleware.failedLogins) logins that failed.",
            valueName: "duration"), transform: duration)
    var blockFor: Duration?

    @Option(
        help: ArgumentHelp(
            "Share revoked tokens, limits and a cache in Redis, 127.0.0.1:6379; while it is away memory is used.",
            valueName: "address"),
        transform: { text in
            guard let address = RedisAddress(text: text) else {
                throw ValidationError("an address of Redis is written as 127.0.0.1:6379, without a password")
            }
            return address
        })
    var redis: RedisAddress?

    @Option(help: ArgumentHelp("The variable that has its password.", valueName: "name"))
    var redisPasswordVariable: String?

    @Option(
        help: ArgumentHelp(
            "Processes that listen on the port together; they need --postgres, so that all know the same people.",
            valueName: "n"))
    var workers = 1

    @Option(
        help: ArgumentHelp(
            "Keep people and items in PostgreSQL: postgres://user@host/name, without a password.", valueName: "url"))
    var postgres: String?

    @Option(help: ArgumentHelp("The variable that has its password.", valueName: "name"))
    var postgresPasswordVariable: String?

    @Option(help: ArgumentHelp("Connections to it at most, of all workers together.", valueName: "n"))
    var postgresPool = 50

    @Option(
        help: ArgumentHelp(
            "How long a request waits for a connection before it is answered 503 (default: 1s).", valueName: "duration"),
        transform: duration)
    var postgresWait: Duration = .seconds(1)

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers is 1 to 64.") }
        guard workers == 1 || postgres != nil else {
            throw ValidationError("--workers needs --postgres: people must be known to all workers.")
        }
        guard (workers...1000).contains(postgresPool) else {
            throw ValidationError("--postgres-pool is 1 for each worker at least, and 1,000 at most.")
        }
        if let postgres, Self.holdsPassword(postgres) {
            throw ValidationError("--postgres takes no password: name a variable with --postgres-password-variable.")
        }
        if let rateLimit, rateLimit < 1 { throw ValidationError("--rate-limit is 1 or more.") }
        if let blockFor, blockFor < .seconds(1) { throw ValidationError("--block-for is 1s or more.") }
    }

    var limits: Limits {
        Limits(requestsPerSecond: rateLimit, blockSeconds: blockFor.map { Int(($0 / .seconds(1)).rounded(.up)) })
    }

    /// The password in a variable; nil where none is named.
    static func password(in variable: String?) throws -> String? {
        guard let variable else { return nil }
        guard let value = ProcessInfo.processInfo.environment[variable] else {
            throw ValidationError("The variable \(variable) is not set.")
        }
        return value
    }

    /// Whether a URL has `user:password@`.
    private static func holdsPassword(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return url.contains("password=") }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false
    }
}

private func size(_ text: String) throws -> ByteCount {
    guard let size = ByteCount(text: text) else { throw ValidationError("a size is written as 4096 or 64KiB") }
    return size
}

private func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(text: text) else {
        throw ValidationError("a duration is written as 10s, 5m or 1h30m")
    }
    return duration
}
