internal import HTTPWire
internal import Plan

/// What workers need of every request of a plan, in one flat table that they share: a copy of a `RequestScript` would count
/// references to a dozen arrays for each request sent.
///
/// Never changed once made, so any thread may read it.
final class RequestTable: @unchecked Sendable {
    /// A request.
    struct Row {
        /// From the session's begin, as recorded, in nanoseconds.
        var offsetNs: Int64
        /// When what waits for it may go, as recorded; the largest number where no end was seen.
        var endOffsetNs: Int64
        var thinkNs: Int64
        /// The whole message where it is the same for every clone; kept by the table.
        var message: UnsafePointer<UInt8>?
        var messageBytes: Int32
        /// Index into the plan's endpoints.
        var endpoint: Int32
        /// Index into ``RequestTable/templates``; -1 where there is a message, or libcurl makes its own.
        var template: Int32
        /// Index into the run's targets; -1 when none takes its host.
        var target: Int32
        /// The recorded connection, from 0.
        var connection: UInt16
        /// Values of responses that are put into it.
        var boundCount: UInt16 = 0
        /// The recorded status; 0 when none was seen.
        var expectedStatus: UInt16
        var flags: Flags
        var method: RequestMethod
    }

    /// What is so or not about a request.
    struct Flags: OptionSet {
        let rawValue: UInt16
        /// Values are taken out of its response.
        static let keepsResponse = Flags(rawValue: 1)
        /// It has values that are made for it: signed, asked for, or signatures of itself.
        static let needsMinting = Flags(rawValue: 2)
        /// Sending it twice does what sending it once does (RFC 9110 section 9.2.2).
        static let isIdempotent = Flags(rawValue: 4)
        /// The last one of its recorded connection.
        static let isLastOfConnection = Flags(rawValue: 8)
        /// It asks for the connection to be closed.
        static let endsConnection = Flags(rawValue: 16)
        /// libcurl sends it.
        static let usesCurl = Flags(rawValue: 32)
        /// Sent as HTTP/2 where the target speaks it.
        static let isHTTP2 = Flags(rawValue: 64)
        /// Its response's body is compared with the recorded one.
        static let comparesBody = Flags(rawValue: 512)
        /// It carries a renewable credential.
        static let carriesGrant = Flags(rawValue: 1024)
        /// Its response gives credentials that others carry.
        static let renewsGrant = Flags(rawValue: 2048)
        /// Sent ahead of what a filter keeps: counted apart.
        static let isPrelude = Flags(rawValue: 4096)
        /// Its recorded response says of success more than its status: see ``RecordedAnswer``.
        static let judgesContent = Flags(rawValue: 8192)
        /// Cookies that its response sets go into the clone's jar.
        static let takesCookies = Flags(rawValue: 128)
        /// Its response gives values, or its recorded one set cookies.
        static let givesValues = Flags(rawValue: 16384)
        /// Its recorded response is JSON: an answer in HTML is another.
        static let expectsJSON = Flags(rawValue: 32768)
        /// Its bytes do not stay where they are; set by the transport.
        static let isBorrowed = Flags(rawValue: 256)
    }

    /// A message that differs from clone to clone.
    struct MessageTemplate {
        var head: WireHead.Fitted
        var body: Template
        var isChunked: Bool
        /// The lines of its trailer section.
        var trailers: [UInt8] = []
    }

    private let rows: UnsafeMutablePointer<Row>
    private let firstRows: UnsafeMutablePointer<Int>
    private let bytes: UnsafeMutablePointer<UInt8>
    private let counts: UnsafeMutablePointer<Int>
    let scriptCount: Int
    let templates: [MessageTemplate]
    /// Whether libcurl sends any of them.
    let usesCurl: Bool
    /// Requests whose values each request uses, by row; empty unless order follows values.
    let valueSources: [[Int32]]

    /// The table of `plan` towards the targets of `options`.
    init(plan: ReplayPlan, options: ReplayOptions) {
        var compiler = RequestCompiler(plan: plan, options: options)
        var made: [Row] = []
        made.reserveCapacity(plan.scripts.reduce(0) { $0 + $1.requests.count + $1.renewalRequests.count })
        scriptCount = plan.scripts.count
        firstRows = .allocate(capacity: max(1, plan.scripts.count))
        counts = .allocate(capacity: max(1, plan.scripts.count))
        for (index, script) in plan.scripts.enumerated() {
            (firstRows + index).initialize(to: made.count)
            (counts + index).initialize(to: script.requests.count)
            let part = plan.part(ofScript: index)
            compiler.targetOffset = part < options.targetOffsets.count ? options.targetOffsets[part] : 0
            for request in script.requests { made.append(compiler.row(of: request, in: script)) }
            for request in script.renewalRequests {
                made.append(compiler.row(of: request, in: script, isRenewal: true))
            }
        }
        bytes = .allocate(capacity: max(1, compiler.messages.count))
        bytes.initialize(from: compiler.messages, count: compiler.messages.count)
        rows = .allocate(capacity: max(1, made.count))
        for index in made.indices {
            if let offset = compiler.offsets[index] { made[index].message = UnsafePointer(bytes + offset) }
        }
        rows.initialize(from: made, count: made.count)
        templates = compiler.templates
        usesCurl = made.contains { $0.flags.contains(.usesCurl) }
        valueSources = options.order == .values ? plan.scripts.flatMap(RequestCompiler.valueSources) : []
    }

    deinit {
        rows.deallocate()
        firstRows.deallocate()
        counts.deallocate()
        bytes.deallocate()
    }

    /// The row of a request of a script, or behind its requests one of those that renew its grants.
    @inline(__always)
    func row(_ request: Int, ofScript script: Int) -> UnsafePointer<Row> {
        UnsafePointer(rows + (firstRows[script] + request))
    }

    /// The number of requests of a script, without those that renew its grants.
    @inline(__always)
    func count(ofScript script: Int) -> Int { counts[script] }

    /// The requests whose values a request uses.
    func valueSources(_ request: Int, ofScript script: Int) -> [Int32] { valueSources[firstRows[script] + request] }
}
