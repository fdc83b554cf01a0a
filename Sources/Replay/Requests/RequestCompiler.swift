internal import HTTPWire
internal import Plan
internal import Traffic

/// Builds the rows of a ``RequestTable``.
struct RequestCompiler {
    /// What is added to a target's index to select the source address of connections.
    var targetOffset = 0
    private let plan: ReplayPlan
    private let options: ReplayOptions
    private let origins: OriginMap
    /// The messages that are the same for every clone, concatenated.
    private(set) var messages: [UInt8] = []
    /// Where each row's message begins in `messages`.
    private(set) var offsets: [Int?] = []
    private(set) var templates: [RequestTable.MessageTemplate] = []
    private(set) var shapes: [ResponseShape] = []
    private var knownShapes: [ResponseShape: Int32] = [:]
    /// Equal messages are stored once.
    private var known: [[UInt8]: Int] = [:]
    /// The most messages kept for sharing.
    private static let knownLimit = 20_000

    init(plan: ReplayPlan, options: ReplayOptions) {
        self.plan = plan
        self.options = options
        origins = OriginMap(plan: plan, targets: options.targets, keepsHost: options.keepsHost)
    }

    /// The values of `script` that represent addresses of the service, and their replacements at the targets.
    func origins(of script: SessionScript) -> [(value: Int, bytes: [UInt8])] {
        script.values.enumerated().compactMap { index, recipe in
            guard case .origin(let recorded) = recipe else { return nil }
            return (index, origins.replacement(for: recorded.bytes, isPath: recorded.isPath))
        }
    }

    /// The row of the next request; its message is set by the owner of the bytes.
    ///
    /// - Parameter isRenewal: whether it is sent out of order, on a connection that other requests use.
    mutating func row(
        of request: RequestScript, in script: SessionScript, isRenewal: Bool = false
    ) -> RequestTable.Row {
        var row = RequestTable.Row(
            offsetNs: request.offsetNs, endOffsetNs: request.endOffsetNs ?? .max, thinkNs: request.thinkNs,
            message: nil, messageBytes: 0, endpoint: Int32(request.endpoint), template: -1,
            target: Int32(options.targets.index(forAuthority: request.authority).map { $0 + targetOffset } ?? -1),
            connection: UInt16(clamping: request.connection), expectedStatus: request.expectedStatus ?? 0,
            flags: RequestCompiler.flags(of: request), method: request.head.method)
        for value in request.neededValues {
            switch script.values[value] {
            case .bound: row.boundCount += 1
            case .minted, .asked, .signature: row.flags.insert(.needsMinting)
            case .identity, .aws, .origin: break
            }
        }
        if let shape = request.recordedResponse.shape {
            row.shape = index(of: shape)
            row.flags.insert(.comparesShape)
        }
        if isRenewal {
            row.flags.insert(.keepsResponse)
        } else if options.comparesBodies, request.recordedBody != nil {
            row.flags.insert(.comparesBody)
        }
        guard row.target >= 0 else {
            offsets.append(nil)
            return row
        }
        let target = options.targets.targets[Int(row.target)]
        if options.usesCurl(for: request, target: target) {
            row.flags.insert(.usesCurl)
            offsets.append(nil)
            return row
        }
        add(request, target: target, keepsClosing: options.connections == .recorded && !isRenewal, to: &row)
        return row
    }

    private mutating func index(of shape: ResponseShape) -> Int32 {
        if let index = knownShapes[shape] { return index }
        shapes.append(shape)
        knownShapes[shape] = Int32(shapes.count - 1)
        return Int32(shapes.count - 1)
    }

    private mutating func add(
        _ request: RequestScript, target: ResolvedTarget, keepsClosing: Bool, to row: inout RequestTable.Row
    ) {
        let keepsHost = options.keepsHost && request.authority != TokenEndpoint.authority
        let host = keepsHost ? request.authority ?? target.target.authority : target.target.authority
        let head = request.head.fitted(
            basePath: Array(target.target.basePath.utf8), host: Array(host.utf8),
            bodyBytes: request.body.isLiteral ? request.body.literalBytes.count : nil,
            keepsClosing: keepsClosing, origin: origins.replacement)
        if request.head.closesConnection, keepsClosing { row.flags.insert(.endsConnection) }
        guard head.start.isLiteral, head.rest == nil, request.body.isLiteral,
            request.head.trailers.isLiteral
        else {
            row.template = Int32(templates.count)
            templates.append(
                RequestTable.MessageTemplate(
                    head: head, body: request.body, isChunked: request.head.isChunked,
                    trailers: request.head.trailers))
            offsets.append(nil)
            return
        }
        var message = head.start.literalBytes
        RequestCompiler.append(
            body: request.body.literalBytes, isChunked: request.head.isChunked,
            trailers: request.head.trailers.literalBytes, to: &message)
        row.messageBytes = Int32(clamping: message.count)
        if let offset = known[message] {
            offsets.append(offset)
            return
        }
        if known.count < RequestCompiler.knownLimit { known[message] = messages.count }
        offsets.append(messages.count)
        messages += message
    }

    /// Appends a body, framed as its head says.
    ///
    /// - Parameter trailers: the lines of the trailer section, which only a chunked body has.
    static func append(body: [UInt8], isChunked: Bool, trailers: [UInt8] = [], to message: inout [UInt8]) {
        guard isChunked else {
            message.append(contentsOf: body)
            return
        }
        if !body.isEmpty {
            message.append(contentsOf: String(body.count, radix: 16).utf8)
            message.append(contentsOf: [0x0d, 0x0a])
            message.append(contentsOf: body)
            message.append(contentsOf: [0x0d, 0x0a])
        }
        message.append(contentsOf: "0\r\n".utf8)
        message.append(contentsOf: trailers)
        message.append(contentsOf: "\r\n".utf8)
    }

    private static func flags(of request: RequestScript) -> RequestTable.Flags {
        var flags: RequestTable.Flags = []
        if !request.sources.isEmpty || request.takesCookies { flags.insert(.keepsResponse) }
        if request.takesCookies { flags.insert(.takesCookies) }
        if !request.sources.isEmpty || !request.setCookies.isEmpty { flags.insert(.givesValues) }
        if ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(request.method) {
            flags.insert(.isIdempotent)
        }
        if request.isLastOfConnection { flags.insert(.isLastOfConnection) }
        if request.version == .http2 { flags.insert(.isHTTP2) }
        if !request.grants.isEmpty { flags.insert(.carriesGrant) }
        if request.isPrelude { flags.insert(.isPrelude) }
        if request.recordedResponse.type != nil { flags.insert(.expectsNoHTML) }
        if request.recordedResponse.needsContent { flags.formUnion([.keepsResponse, .judgesContent]) }
        if !request.recordedResponse.own.isEmpty { flags.formUnion([.holdsOwnValue, .comparesShape]) }
        if request.renews != nil { flags.formUnion([.renewsGrant, .keepsResponse]) }
        return flags
    }

    /// For each request of a script, the earlier ones that its values and cookies come from; for each value the latest
    /// source.
    static func valueSources(of script: SessionScript) -> [[Int32]] {
        var latest: [Int: Int32] = [:]
        return script.requests.enumerated().map { index, request in
            let cookies = request.cookieSources.map { Int32($0) }
            let sources = Set(request.neededValues.compactMap { latest[$0] }).union(cookies)
            for source in request.sources { latest[source.value] = Int32(index) }
            return sources.sorted()
        } + script.renewalRequests.map { _ in [] }
    }
}
