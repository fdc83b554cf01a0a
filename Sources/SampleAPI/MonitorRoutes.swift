import Formats
import HTTPTypes
import Hummingbird
import NIOCore

/// Health and metrics of the service.
struct MonitorRoutes: Sendable {
    let service: Service

    func add(to router: Router<APIContext>) {
        router.get("/health") { _, _ in ["status": "ok"] }
        router.get("/metrics") { _, _ in
            let own = metrics()
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: service.workerMetrics?.together(with: own) ?? own)))
        }
    }

    /// The metrics of this process.
    func metrics() -> String {
        var text = PrometheusText()
        addTraffic(to: &text)
        addUsualNames(to: &text)
        addConnections(to: &text)
        addStores(to: &text)
        addDatabase(to: &text)
        addProcess(to: &text)
        return text.text
    }

    private func addTraffic(to text: inout PrometheusText) {
        let reading = service.metrics.reading
        for event in ServiceMetrics.Event.allCases {
            text.add(event.metricName, .counter, help: event.help, reading.events[event] ?? 0)
        }
        text.add(
            "sample_api_tokens_total", .counter, help: "Requests to protected routes, by the outcome of their token.",
            TokenLabel.allCases.map { (labels: [("result", $0.rawValue)], value: reading.tokens[$0] ?? 0) })
        text.add(
            "sample_api_distinct_tokens_accepted", .gauge,
            help: "Distinct access tokens accepted; exact up to 65536, beyond that an estimate within about 1 %.",
            reading.distinctAcceptedTokens)
        text.add(
            "sample_api_requests_total", .counter, help: "Requests answered, by method, route and status.",
            requests(in: reading) { [("method", $0.method), ("route", $0.route), ("status", "\($0.status)")] })
    }

    /// The numbers of requests, sorted by route, method and status.
    private func requests(
        in reading: ServiceMetrics.Reading, labels: (ServiceMetrics.RequestLabels) -> [(String, String)]
    ) -> [(labels: [(String, String)], value: Int)] {
        reading.requests
            .sorted { ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status) }
            .map { (labels: labels($0.key), value: $0.value) }
    }

    /// The same metrics under the usual names for services of this kind.
    private func addUsualNames(to text: inout PrometheusText) {
        let reading = service.metrics.reading
        text.add(
            "http_requests_total", .counter, help: "Requests answered.",
            requests(in: reading) { [("endpoint", $0.route), ("method", $0.method), ("status", "\($0.status)")] })
        text.add(
            "http_request_duration_seconds_sum", .counter, help: "Time to answer requests, together.", reading.seconds)
        text.add("http_request_duration_seconds_count", .counter, help: "Requests timed.", reading.timed)
        let bounds = ServiceMetrics.bounds.map { "\($0)" } + ["+Inf"]
        text.add(
            "http_request_duration_seconds_bucket", .counter, help: "Requests answered within le seconds.",
            zip(bounds, reading.buckets + [reading.timed]).map { bound, count in
                (labels: [("le", bound)], value: count)
            })
        text.add(
            "rate_limit_blocks_total", .counter, help: "Requests refused, by exceeded limit.",
            reading.blocks.sorted {
                ($0.key.endpoint, $0.key.limit.rawValue) < ($1.key.endpoint, $1.key.limit.rawValue)
            }
            .map { labels, count in
                (labels: [("endpoint", labels.endpoint), ("limit_type", labels.limit.rawValue)], value: count)
            })
        let events = { (event: ServiceMetrics.Event) in reading.events[event] ?? 0 }
        text.add(
            "jwt_tokens_created_total", .counter, help: "Access tokens signed.",
            events(.login) + events(.refresh) + events(.enrollment))
        text.add(
            "jwt_tokens_verified_total", .counter, help: "Access tokens accepted.", reading.tokens[.accepted] ?? 0)
        text.add("jwt_tokens_revoked_total", .counter, help: "Access tokens revoked.", events(.logout))
        text.add("cache_hits_total", .counter, help: "Authorizations found in the cache.", events(.cacheHit))
        text.add(
            "cache_lookups_total", .counter, help: "Authorizations looked up in the cache.",
            events(.cacheHit) + events(.cacheMiss))
        text.add(
            "redis_fallbacks_total", .counter, help: "Times that Redis was unavailable.", service.shared.fallbacks)
    }

    private func addConnections(to text: inout PrometheusText) {
        let connections = service.connections.reading
        text.add("sample_api_connections_open", .gauge, help: "TCP connections open now.", connections.open)
        text.add(
            "sample_api_connections_open_peak", .gauge, help: "The most TCP connections ever open at once.",
            connections.peakOpen)
        text.add(
            "sample_api_connections_accepted_total", .counter, help: "TCP connections accepted.", connections.accepted)
    }

    private func addDatabase(to text: inout PrometheusText) {
        guard let database = service.database else { return }
        let reading = database.reading
        text.add(
            "db_connections_active", .gauge, help: "Connections to the database that are in use.", reading.active
        )
        text.add("db_connections_open", .gauge, help: "Connections to the database.", reading.open)
        text.add("db_pool_size", .gauge, help: "Maximum number of connections to the database.", database.size)
        text.add(
            "db_pool_exhausted_total", .counter,
            help: "Requests refused because no connection to the database was free in time.", reading.refusals)
    }

    private func addStores(to text: inout PrometheusText) {
        text.add("sample_api_users", .gauge, help: "Registrations held.", service.users.count)
        text.add("sample_api_sessions", .gauge, help: "Sessions held.", service.sessions.held.count)
        text.add("sample_api_items", .gauge, help: "Items held.", service.items.count)
        text.add(
            "sample_api_evicted_total", .counter, help: "Valid entries evicted for newer ones.",
            [
                (labels: [("store", "sessions")], value: service.sessions.held.evictedAlive),
                (labels: [("store", "revocations")], value: service.revocations.evictedAlive),
            ])
        text.add(
            "sample_api_leaked_bytes", .gauge, help: "Memory leaked on purpose by --leak.",
            service.leaked.heldBytes)
        let held = service.otherMemory.held
        text.add(
            "sample_api_held_bytes", .gauge, help: "Memory held on purpose that is not a leak, by kind.",
            [
                (labels: [("holder", "cache")], value: held.cache),
                (labels: [("holder", "garbage")], value: held.garbage),
                (labels: [("holder", "step")], value: held.step),
            ])
    }

    private func addProcess(to text: inout PrometheusText) {
        text.add(
            "process_resident_memory_bytes", .gauge, help: "Resident memory size in bytes.", ProcessUsage.residentBytes)
        text.add(
            "process_cpu_seconds_total", .counter, help: "User and system processor time in seconds.",
            ProcessUsage.cpuSeconds)
        text.add(
            "process_start_time_seconds", .gauge, help: "Start time of the process since unix epoch in seconds.",
            service.startEpochSeconds)
    }
}

extension ServiceMetrics.Event {
    fileprivate var metricName: String {
        switch self {
        case .registration: "sample_api_registrations_total"
        case .login: "sample_api_logins_total"
        case .rejectedLogin: "sample_api_logins_rejected_total"
        case .refresh: "sample_api_refreshes_total"
        case .rejectedRefresh: "sample_api_refreshes_rejected_total"
        case .logout: "sample_api_logouts_total"
        case .createdItem: "sample_api_items_created_total"
        case .injectedError: "sample_api_injected_errors_total"
        case .cacheHit: "sample_api_cache_hits_total"
        case .cacheMiss: "sample_api_cache_misses_total"
        case .enrollment: "devices_enrolled_total"
        case .proof: "proofs_locked_total"
        case .generation: "generations_created_total"
        case .payment: "payments_created_total"
        }
    }

    fileprivate var help: String {
        switch self {
        case .registration: "Users registered."
        case .login: "Logins with the right password."
        case .rejectedLogin: "Logins with an unknown name or a wrong password."
        case .refresh: "Refresh tokens traded for new ones."
        case .rejectedRefresh: "Refresh tokens refused."
        case .logout: "Logouts."
        case .createdItem: "Items posted."
        case .injectedError: "Requests failed on purpose by --error-ratio."
        case .cacheHit: "Authorizations found in the cache."
        case .cacheMiss: "Authorizations not found in the cache."
        case .enrollment: "Devices enrolled."
        case .proof: "Proofs of captures locked."
        case .generation: "Generations started."
        case .payment: "Payments made."
        }
    }
}
