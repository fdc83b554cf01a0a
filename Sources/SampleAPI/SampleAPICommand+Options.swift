import ArgumentParser
import FoundationEssentials
import Logging
import RedisClient
import Traffic

/// The address to listen on, and logging.
struct ListeningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "port"))
    var port = 8080

    @Option(
        help: ArgumentHelp("Log level on standard error: \(levels) (default: warning).", valueName: "level"),
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else { throw ValidationError("a level is one of \(levels)") }
            return level
        })
    var logLevel = Logger.Level.warning

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
    }
}

/// How tokens are signed, and their lifetimes.
struct TokenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Lifetime of an access token, at least 1s (default: 5m).", valueName: "duration"),
        transform: duration)
    var tokenLifetime: Duration = .seconds(300)

    @Option(
        help: ArgumentHelp(
            "How long a session can be refreshed after its last refresh (default: 24h).", valueName: "duration"),
        transform: duration)
    var refreshLifetime: Duration = .seconds(86400)

    @Option(
        help: ArgumentHelp(
            "The key that signs access tokens (HS256, 32 bytes or more). Default: a random key, so tokens of an "
                + "earlier process are refused.",
            valueName: "text"))
    var signingKey: String?

    @Option(help: ArgumentHelp("A file with that key; all its bytes are used.", valueName: "file"))
    var signingKeyFile: String?

    func validate() throws {
        guard tokenLifetime >= .seconds(1), refreshLifetime >= .seconds(1) else {
            throw ValidationError("Tokens live for at least 1s.")
        }
        guard signingKey == nil || signingKeyFile == nil else {
            throw ValidationError("Give --signing-key or --signing-key-file, not both.")
        }
    }

    /// The given signing key; nil if there is none.
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

/// Limits of the stores.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Most registrations kept; the oldest are evicted.", valueName: "n"))
    var maxUsers = 1_000_000

    @Option(help: ArgumentHelp("Most sessions kept, and as many revocations; the oldest are evicted.", valueName: "n"))
    var maxSessions = 500_000

    @Option(help: ArgumentHelp("Most items kept; the oldest are evicted.", valueName: "n"))
    var maxItems = 100_000

    func validate() throws {
        for (name, count) in [("users", maxUsers), ("sessions", maxSessions), ("items", maxItems)] {
            guard (100...100_000_000).contains(count) else {
                throw ValidationError("--max-\(name) is 100 to 100,000,000.")
            }
        }
    }
}

/// Memory used on purpose: a leak, and patterns that only look like one.
struct MemoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory leaked per answered request, such as 4096 or 64KiB (default: 0).", valueName: "size"),
        transform: size)
    var leak = ByteCount(0)

    @Option(
        help: ArgumentHelp(
            "An LRU cache of 4 KiB entries: it fills as requests arrive, then stays full "
                + "(default: 0).",
            valueName: "size"), transform: size)
    var cache = ByteCount(0)

    @Option(
        help: ArgumentHelp(
            "Largest amount of garbage: it grows with requests and is collected after \(MemoryFaults.requestsPerCollection) "
                + "of them (default: 0).",
            valueName: "size"), transform: size)
    var sawtooth = ByteCount(0)

    @Option(
        help: ArgumentHelp("How long after the start --step-by is allocated.", valueName: "duration"),
        transform: duration)
    var stepAfter: Duration?

    @Option(help: ArgumentHelp("Memory allocated once at that time.", valueName: "size"), transform: size)
    var stepBy: ByteCount?

    /// The largest cache, step or sawtooth.
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

/// Injected delays and failures.
struct FaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Factor by which the time to serve a request grows per hour, continuously.", valueName: "factor"))
    var drift = 1.0

    @Option(
        help: ArgumentHelp("Delay added to every request (default: 0s).", valueName: "duration"), transform: duration)
    var baseLatency: Duration = .zero

    @Option(
        help: ArgumentHelp("How long after the start --slow-by begins.", valueName: "duration"), transform: duration)
    var slowAfter: Duration?

    @Option(
        help: ArgumentHelp("Delay added to every request from then on.", valueName: "duration"), transform: duration)
    var slowBy: Duration?

    @Option(
        help: ArgumentHelp(
            "Only requests to this route, as /metrics names it: '/api/v1/items/{id}'.", valueName: "route"))
    var slowRoute: String?

    @Option(
        help: ArgumentHelp("How long after the start --tail-by begins.", valueName: "duration"), transform: duration)
    var tailAfter: Duration?

    @Option(
        help: ArgumentHelp("Delay added to a share of the requests from then on.", valueName: "duration"),
        transform: duration)
    var tailBy: Duration?

    @Option(help: ArgumentHelp("Share of the requests that --tail-by slows, 0 to 1.", valueName: "ratio"))
    var tailRatio = 0.05

    @Option(help: ArgumentHelp("Only requests to this route, as for --slow-route.", valueName: "route"))
    var tailRoute: String?

    @Option(
        help: ArgumentHelp("How long after the start it stalls, once.", valueName: "duration"), transform: duration)
    var stallAfter: Duration?

    @Option(
        help: ArgumentHelp("How long the service does not respond then.", valueName: "duration"), transform: duration)
    var stallFor: Duration?

    @Option(help: ArgumentHelp("Share of the requests to /api answered with 500, 0 to 1.", valueName: "ratio"))
    var errorRatio = 0.0

    @Option(help: ArgumentHelp("Seed of the random faults.", valueName: "n"))
    var seed: UInt64 = 1

    func validate() throws {
        guard drift > 0, drift <= 1e6 else { throw ValidationError("--drift must be more than 0 and at most 1e6.") }
        guard (0...1).contains(errorRatio) else { throw ValidationError("--error-ratio must be 0 to 1.") }
        guard (0...1).contains(tailRatio) else { throw ValidationError("--tail-ratio must be 0 to 1.") }
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

/// Limits of clients, and state shared by several services.
struct SharingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Most requests per second from one address; more are answered with 429.", valueName: "n"))
    var rateLimit: Int?

    @Option(
        help: ArgumentHelp(
            "How long an address is blocked (403) after \(LimitMiddleware.failedLogins) failed logins.",
            valueName: "duration"), transform: duration)
    var blockFor: Duration?

    @Option(
        help: ArgumentHelp(
            "Share revoked tokens, limits and a cache in this Redis, such as 127.0.0.1:6379; while it is unavailable, memory is used.",
            valueName: "address"),
        transform: { text in
            guard let address = RedisAddress(text: text) else {
                throw ValidationError("an address of Redis is written as 127.0.0.1:6379, without a password")
            }
            return address
        })
    var redis: RedisAddress?

    @Option(help: ArgumentHelp("The environment variable with its password.", valueName: "name"))
    var redisPasswordVariable: String?

    @Option(
        help: ArgumentHelp(
            "Processes that share the port; they need --postgres, so that all have the same users.",
            valueName: "n"))
    var workers = 1

    @Option(
        help: ArgumentHelp(
            "Store users and items in PostgreSQL: postgres://user@host/name, without a password.", valueName: "url"))
    var postgres: String?

    @Option(help: ArgumentHelp("The environment variable with its password.", valueName: "name"))
    var postgresPasswordVariable: String?

    @Option(help: ArgumentHelp("Most connections to it, of all workers together.", valueName: "n"))
    var postgresPool = 50

    @Option(
        help: ArgumentHelp(
            "How long a request waits for a connection before it is answered with 503 (default: 1s).",
            valueName: "duration"),
        transform: duration)
    var postgresWait: Duration = .seconds(1)

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be 1 to 64.") }
        guard workers == 1 || postgres != nil else {
            throw ValidationError("--workers needs --postgres: all workers must have the same users.")
        }
        guard (workers...1000).contains(postgresPool) else {
            throw ValidationError("--postgres-pool must be at least 1 per worker, and at most 1,000.")
        }
        if let postgres, Self.holdsPassword(postgres) {
            throw ValidationError("--postgres takes no password: name a variable with --postgres-password-variable.")
        }
        if let rateLimit, rateLimit < 1 { throw ValidationError("--rate-limit must be 1 or more.") }
        if let blockFor, blockFor < .seconds(1) { throw ValidationError("--block-for must be 1s or more.") }
    }

    var limits: Limits {
        Limits(requestsPerSecond: rateLimit, blockSeconds: blockFor.map { Int(($0 / .seconds(1)).rounded(.up)) })
    }

    /// The password in a variable; nil if none is given.
    static func password(in variable: String?) throws -> String? {
        guard let variable else { return nil }
        guard let value = ProcessInfo.processInfo.environment[variable] else {
            throw ValidationError("The variable \(variable) is not set.")
        }
        return value
    }

    /// Whether a URL contains `user:password@`.
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
