import HTTPWire
public import Traffic

/// A filter on the contents of exchanges. An exchange passes if, for every kind of condition given, it matches one of
/// its values.
///
/// Exchanges without a request do not match conditions on the request. Conditions that need the text of a head
/// allocate, so the others are checked first.
public struct ExchangeFilter: Sendable {
    /// Endpoints, one of which must match.
    public var endpoints: [EndpointPattern] = []
    /// The templates that assign endpoints to requests; by default each path is considered separately.
    public var templates = EndpointTemplates()
    /// Methods, case-insensitive.
    public var methods: [String] = []
    /// Status codes.
    public var statuses: [StatusPattern] = []
    /// Host names.
    public var hosts: [HostPattern] = []
    /// Conditions on request header fields, all of which must be met.
    public var fields: [FieldCondition] = []
    /// The sample of whole sessions that pass.
    public var sample: SessionSample?

    /// Creates a filter that everything passes.
    public init() {}

    /// Whether everything passes.
    public var isEmpty: Bool {
        endpoints.isEmpty && methods.isEmpty && statuses.isEmpty && hosts.isEmpty && fields.isEmpty && sample == nil
    }

    /// Whether the exchange at `index` of `batch` passes.
    public func includes(_ batch: ExchangeBatch, _ index: Int) -> Bool {
        let record = batch.records[index]
        guard includes(session: record.session, status: record.response == nil ? nil : record.status) else {
            return false
        }
        guard needsHead else { return true }
        guard let range = record.request?.head, let head = RequestHead(Array(batch.bytes[range.indices])) else {
            return false
        }
        return includes(head)
    }

    /// Whether `exchange` passes.
    public func includes(_ exchange: Exchange) -> Bool {
        guard includes(session: exchange.session, status: exchange.response == nil ? nil : exchange.status) else {
            return false
        }
        guard needsHead else { return true }
        return exchange.request.flatMap { RequestHead($0.head) }.map(includes) ?? false
    }

    /// Removes the exchanges that do not pass from `batch`. Connections and losses stay.
    ///
    /// - Returns: the number of exchanges removed.
    @discardableResult
    public func apply(to batch: inout ExchangeBatch) -> Int {
        guard !isEmpty else { return 0 }
        let count = batch.records.count
        let kept = batch.records.indices.filter { includes(batch, $0) }
        if kept.count < count { batch.records = kept.map { batch.records[$0] } }
        return count - kept.count
    }

    private func includes(session: UInt32, status: UInt16?) -> Bool {
        guard sample?.includes(session) ?? true else { return false }
        return statuses.isEmpty || statuses.contains { $0.matches(status) }
    }

    private var needsHead: Bool { !(endpoints.isEmpty && methods.isEmpty && hosts.isEmpty && fields.isEmpty) }

    private func includes(_ head: RequestHead) -> Bool {
        guard methods.isEmpty || methods.contains(where: { $0.uppercased() == head.method.uppercased() }),
            hosts.isEmpty || hosts.contains(where: { $0.matches(head.authority ?? "") }),
            fields.allSatisfy({ $0.isMet(by: head.fields) })
        else { return false }
        guard !endpoints.isEmpty else { return true }
        let endpoint = templates.endpoint(method: head.method, target: head.target)
        return endpoints.contains { $0.matches(endpoint) }
    }
}
