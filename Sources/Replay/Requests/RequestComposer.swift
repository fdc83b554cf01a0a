import Formats
internal import Plan
internal import Traffic

/// Composes outgoing requests from the plan and a clone's values: bytes for our own sockets, parts for libcurl. Reuses
/// its memory from request to request.
struct RequestComposer: ~Copyable {
    private let plan: ReplayPlan
    private let table: RequestTable
    private let options: ReplayOptions
    private let renderer: RequestRenderer
    private var messages = MessageRenderer()
    /// The last composed request; valid until the next one is composed.
    var outgoing = OutgoingRequest()

    init(plan: ReplayPlan, table: RequestTable, options: ReplayOptions) {
        self.plan = plan
        self.table = table
        self.options = options
        renderer = RequestRenderer(plan: plan, targets: options.targets, keepsHost: options.keepsHost)
    }

    /// Composes a request that is the same for every clone.
    ///
    /// - Returns: false when it contains values of its clone, or has no target: see
    ///   ``compose(_:values:epochSeconds:)``.
    mutating func composeShared(_ sending: LifecycleAction.Sending) -> Bool {
        let row = table.row(sending.id.request, ofScript: sending.script)
        guard row.pointee.target >= 0 else { return false }
        outgoing.target = Int(row.pointee.target)
        outgoing.connection = sending.connection
        outgoing.flags = row.pointee.flags
        outgoing.framingMethod = row.pointee.method
        outgoing.closesConnection = sending.closesConnection
        outgoing.firstTried = sending.firstTried
        outgoing.connectionFree = sending.connectionFree
        guard let message = row.pointee.message else { return false }
        outgoing.message = UnsafeRawBufferPointer(start: message, count: Int(row.pointee.messageBytes))
        outgoing.isMessageLasting = true
        return true
    }

    /// Composes a request with a clone's values, after ``composeShared(_:)`` returned false.
    ///
    /// - Parameters:
    ///   - values: the clone's values; signatures made here are added.
    ///   - epochSeconds: seconds since the Unix epoch, for signatures.
    /// - Returns: why it cannot be sent; nil when it can.
    mutating func compose(
        _ sending: LifecycleAction.Sending, values: inout CloneValues, epochSeconds: Int64
    ) -> RequestRenderer.Refusal? {
        let row = table.row(sending.id.request, ofScript: sending.script)
        guard row.pointee.target >= 0 else { return .unmapped }
        values.now = epochSeconds
        if plan.options.awsKeys != nil { sign(sending.id, script: sending.script, values: &values) }
        guard sending.usesRecordedValues else { return render(sending, row.pointee.template, values) }
        var filled = values
        let script = plan.scripts[sending.script]
        filled.fillMissing(of: script.request(sending.id.request), script: script)
        return render(sending, row.pointee.template, filled)
    }

    private mutating func render(
        _ sending: LifecycleAction.Sending, _ template: Int32, _ values: borrowing CloneValues
    ) -> RequestRenderer.Refusal? {
        guard template < 0 else {
            if let refusal = messages.render(table.templates[Int(template)], values: values) { return refusal }
            outgoing.message = messages.bytes
            outgoing.isMessageLasting = false
            return nil
        }
        do throws(RequestRenderer.Refusal) {
            try renderer.render(sending.id.request, ofScript: sending.script, values: values, into: &outgoing)
            return nil
        } catch {
            return error
        }
    }

    /// Fills the fields of the request's AWS signature, if it has one; values missing otherwise are detected on
    /// sending.
    private func sign(_ id: RequestID, script number: Int, values: inout CloneValues) {
        guard let keys = plan.options.awsKeys else { return }
        let script = plan.scripts[number]
        let request = script.request(id.request)
        var body: [UInt8] = []
        guard request.body.append(to: &body, values: values) else { return }
        let time = UTCDateTime(secondsSinceEpoch: values.now).basicText
        var filled = values
        guard
            let (index, signature) = filled.startSigning(
                request, of: script, keys: keys, time: time, bodyHash: AWSSignature.hash(body))
        else { return }
        var probe = OutgoingRequest()
        do throws(RequestRenderer.Refusal) {
            try renderer.render(id.request, ofScript: number, values: filled, into: &probe)
        } catch {
            return
        }
        var fields: [(name: String, value: [UInt8])] = [("host", Array(authority(of: request).utf8))]
        for line in probe.lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            if name != "host" { fields.append((name, Array(line[(colon + 1)...].drop { $0 == 0x20 }))) }
        }
        let signed = AWSSignature.Request(method: request.method, target: probe.path, fields: fields, body: body)
        filled[index] = Array(signature.authorization(of: signed, keys: keys, time: time).utf8)
        values = filled
    }

    /// The request to the user's command for a signature: the HTTP request as it will be sent, without the signature.
    func question(_ order: LifecycleAction.SignatureOrder, values: CloneValues) -> String {
        let script = plan.scripts[order.script]
        let request = script.requests[order.id.request]
        var filled = values
        for value in request.neededValues {
            if case .signature = script.values[value], filled[value] == nil { filled[value] = [] }
        }
        var probe = OutgoingRequest()
        // A request that cannot be rendered is refused on sending.
        try? renderer.render(order.id.request, ofScript: order.script, values: filled, into: &probe)
        return MintQuestion.signature(
            name: order.name, clone: filled.clone, session: script.sessionNumber, authority: authority(of: request),
            request: probe)
    }

    /// The value of the request's Host field.
    private func authority(of request: RequestScript) -> String {
        let target = options.targets.index(forAuthority: request.authority).map { options.targets.targets[$0] }
        return (options.keepsHost ? request.authority : nil) ?? target?.target.authority ?? ""
    }
}
