internal import Plan
internal import Traffic

/// Renders an outgoing request from a scripted one and a clone's values.
struct RequestRenderer {
    private let plan: ReplayPlan
    private let targets: TargetMap
    private let keepsHost: Bool
    private let origins: OriginMap
    /// By script, the first of the keys for header lines that all clones share.
    private let firstKeys: [Int]

    init(plan: ReplayPlan, targets: TargetMap, keepsHost: Bool) {
        self.plan = plan
        self.targets = targets
        self.keepsHost = keepsHost
        origins = OriginMap(plan: plan, targets: targets, keepsHost: keepsHost)
        var next = 0
        firstKeys = plan.scripts.map { script in
            defer { next += script.requests.count + script.renewalRequests.count }
            return next
        }
    }

    /// Why a request cannot be sent.
    enum Refusal: Error {
        /// There is no target for its recorded host.
        case unmapped
        /// Its target, which contains a value from a response, is not a path and may lead to another host.
        case foreignTarget
        /// A value that it needs was missing from the response that should have given it, or is not allowed in a header
        /// line.
        case missingValue
    }

    /// Fills `outgoing` with a request of `script`.
    func render(
        _ index: Int, ofScript script: Int, values: CloneValues, into outgoing: inout OutgoingRequest
    ) throws(Refusal) {
        let request = plan.scripts[script].request(index)
        guard let target = targets.index(forAuthority: request.authority) else { throw .unmapped }
        let resolved = targets.targets[target]
        outgoing.target = target
        outgoing.method = request.method
        outgoing.path.removeAll(keepingCapacity: true)
        outgoing.path.append(contentsOf: resolved.target.basePath.utf8)
        let start = outgoing.path.count
        guard request.target.append(to: &outgoing.path, values: values), isOneLine(outgoing.path, spaces: false) else {
            throw .missingValue
        }
        guard RequestTarget.isPath(outgoing.path[start...]) else { throw .foreignTarget }
        outgoing.body.removeAll(keepingCapacity: true)
        guard request.body.append(to: &outgoing.body, values: values) else { throw .missingValue }
        outgoing.hasBody = !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
        try setLines(of: request, key: firstKeys[script] + index, target: resolved, values: values, in: &outgoing)
    }

    private func setLines(
        of request: RequestScript, key: Int, target: ResolvedTarget, values: CloneValues,
        in outgoing: inout OutgoingRequest
    ) throws(Refusal) {
        outgoing.lines.removeAll(keepingCapacity: true)
        outgoing.linesKey = request.fields.allSatisfy(\.value.isLiteral) ? key : nil
        var absent = RequestRenderer.libcurlFields
        for field in request.fields {
            let name = field.name.lowercased()
            absent.removeAll { $0.name == name }
            var line = Array(field.name.utf8)
            line.append(UInt8(ascii: ":"))
            line.append(UInt8(ascii: " "))
            let nameEnd = line.count
            guard field.value.append(to: &line, values: values), isOneLine(line, spaces: true) else {
                throw .missingValue
            }
            if line[nameEnd...].starts(with: "http".utf8) {
                line.replaceSubrange(nameEnd..., with: origins.replaced(field: name, Array(line[nameEnd...])))
            }
            if line.count == nameEnd, name == "cookie", !field.value.isLiteral { continue }
            if line.count == nameEnd {
                // libcurl's notation for a field with an empty value; `Name:` would remove the field.
                line.replaceSubrange((nameEnd - 2)..., with: [UInt8(ascii: ";")])
            }
            outgoing.lines.append(line)
        }
        for (_, line) in absent { outgoing.lines.append(line) }
        if keepsHost, let authority = request.authority, authority != TokenEndpoint.authority {
            outgoing.lines.append(Array("Host: \(authority)".utf8))
        } else if target.serverName != nil {
            outgoing.lines.append(Array("Host: \(target.target.authority)".utf8))
        }
    }

    /// Fields that libcurl adds by default, each with the line that prevents it.
    private static let libcurlFields: [(name: String, line: [UInt8])] = [
        ("accept", Array("Accept:".utf8)), ("expect", Array("Expect:".utf8)),
        ("content-type", Array("Content-Type:".utf8)), ("user-agent", Array("User-Agent:".utf8)),
    ]

    /// Whether bytes are allowed in a start line or header line: a value from a hostile response must not end it.
    private func isOneLine(_ bytes: [UInt8], spaces: Bool) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 ? ($0 != 0x20 || spaces) : ($0 == 0x09 && spaces) }
    }
}
