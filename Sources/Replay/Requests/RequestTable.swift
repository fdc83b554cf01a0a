internal import HTTPWire
internal import Plan

/// What workers need to know about every request of a plan, in one flat table that they share: copying a
/// `RequestScript` would count references to a dozen arrays for each request sent.
///
/// Immutable once built, so that any thread may read it.
final class RequestTable: @unchecked Sendable {
    /// A request.
    struct Row {
        /// From the session's start, as recorded, in nanoseconds.
        var offsetNs: Int64
        /// When requests that wait for it may be sent, as recorded; the largest number where no end was seen.
        var endOffsetNs: Int64
        var thinkNs: Int64
        /// The whole message if it is the same for every clone; the table owns it.
        var message: UnsafePointer<UInt8>?
        var messageBytes: Int32
        /// Index into the plan's endpoints.
        var endpoint: Int32
        /// Index into ``RequestTable/templates``; -1 where there is a message, or libcurl composes its own.
        var template: Int32
        /// Index into the run's targets; -1 when there is none for its host.
        var target: Int32
        /// The recorded connection, from 0.
        var connection: UInt16
        /// The number of values from responses in it.
        var boundCount: UInt16 = 0
        /// The recorded status; 0 when none was seen.
        var expectedStatus: UInt16
        /// See ``RequestTable/shape(of:)``; -1 if none is compared.
        var shape: Int32 = -1
        var flags: Flags
        var method: RequestMethod
    }

    /// Properties of a request.
    struct Flags: OptionSet {
        let rawValue: UInt32
        /// Values are taken from its response.
        static let keepsResponse = Flags(rawValue: 1)
        /// It has values that are made for it: signed, asked for from a command, or signatures of itself.
        static let needsMinting = Flags(rawValue: 2)
        /// It is idempotent (RFC 9110 section 9.2.2).
        static let isIdempotent = Flags(rawValue: 4)
        /// The last request on its recorded connection.
        static let isLastOfConnection = Flags(rawValue: 8)
        /// It asks to close the connection.
        static let endsConnection = Flags(rawValue: 16)
        /// libcurl sends it.
        static let usesCurl = Flags(rawValue: 32)
        /// It is sent as HTTP/2 where the target supports it.
        static let isHTTP2 = Flags(rawValue: 64)
        /// Its response's body is compared with the recorded one.
        static let comparesBody = Flags(rawValue: 512)
        /// It carries a renewable credential.
        static let carriesGrant = Flags(rawValue: 1024)
        /// Its response gives credentials that other requests carry.
        static let renewsGrant = Flags(rawValue: 2048)
        /// It is sent ahead of the requests that a filter keeps, and counted separately.
        static let isPrelude = Flags(rawValue: 4096)
        /// Its recorded response shows success by more than its status: see ``RecordedResponse``.
        static let judgesContent = Flags(rawValue: 8192)
        /// Its response's cookies are stored in the clone's jar.
        static let takesCookies = Flags(rawValue: 128)
        /// Its response gives values, or its recorded one set cookies.
        static let givesValues = Flags(rawValue: 16384)
        /// Its recorded response is a success that is not HTML: a page is another response.
        static let expectsNoHTML = Flags(rawValue: 32768)
        /// The structure of its response is compared with the recorded one's: see ``ResponseShape``.
        static let comparesShape = Flags(rawValue: 65536)
        /// Places in its response hold a value of the session itself: see ``OwnAnswer``.
        static let holdsOwnValue = Flags(rawValue: 131_072)
        /// Its bytes do not stay valid while it is sent; set by the transport.
        static let isBorrowed = Flags(rawValue: 256)
    }

    /// A message that differs from clone to clone.
    struct MessageTemplate {
        var head: WireHead.Fitted
        var body: Template
        var isChunked: Bool
        /// The lines of its trailer section.
        var trailers: WireTemplate
    }

    private let rows: UnsafeMutablePointer<Row>
    private let firstRows: UnsafeMutablePointer<Int>
    private let bytes: UnsafeMutablePointer<UInt8>
    private let counts: UnsafeMutablePointer<Int>
    let scriptCount: Int
    let templates: [MessageTemplate]
    /// The structures of recorded responses, each once.
    private let shapes: UnsafeMutablePointer<ResponseShape>
    private let shapeCount: Int
    /// Whether libcurl sends any of the requests.
    let usesCurl: Bool
    /// For each row, the requests whose values it uses; empty unless the order follows values.
    let valueSources: [[Int32]]
    /// The values that represent addresses of the service, for each script.
    private let origins: [[(value: Int, bytes: [UInt8])]]

    /// The table of `plan` for the targets of `options`.
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
        origins = plan.scripts.map { compiler.origins(of: $0) }
        bytes = .allocate(capacity: max(1, compiler.messages.count))
        bytes.initialize(from: compiler.messages, count: compiler.messages.count)
        rows = .allocate(capacity: max(1, made.count))
        for index in made.indices {
            if let offset = compiler.offsets[index] { made[index].message = UnsafePointer(bytes + offset) }
        }
        rows.initialize(from: made, count: made.count)
        templates = compiler.templates
        shapeCount = compiler.shapes.count
        shapes = .allocate(capacity: max(1, shapeCount))
        shapes.initialize(from: compiler.shapes, count: shapeCount)
        usesCurl = made.contains { $0.flags.contains(.usesCurl) }
        valueSources = options.order == .values ? plan.scripts.flatMap(RequestCompiler.valueSources) : []
    }

    deinit {
        rows.deallocate()
        firstRows.deallocate()
        counts.deallocate()
        bytes.deallocate()
        shapes.deinitialize(count: shapeCount)
        shapes.deallocate()
    }

    /// The row of a request of a script; indices past its end are those of its renewal requests.
    @inline(__always)
    func row(_ request: Int, ofScript script: Int) -> UnsafePointer<Row> {
        UnsafePointer(rows + (firstRows[script] + request))
    }

    /// The structure that the response to a request is compared with; nil for none.
    @inline(__always)
    func shape(of row: UnsafePointer<Row>) -> UnsafePointer<ResponseShape>? {
        row.pointee.shape < 0 ? nil : UnsafePointer(shapes + Int(row.pointee.shape))
    }

    /// The number of requests of a script without its renewal requests.
    @inline(__always)
    func count(ofScript script: Int) -> Int { counts[script] }

    /// Puts the targets' addresses into a clone's values.
    func setOrigins(in values: inout CloneValues, ofScript script: Int) {
        for origin in origins[script] { values[origin.value] = origin.bytes }
    }

    /// The requests whose values a request uses.
    func valueSources(_ request: Int, ofScript script: Int) -> [Int32] { valueSources[firstRows[script] + request] }
}
