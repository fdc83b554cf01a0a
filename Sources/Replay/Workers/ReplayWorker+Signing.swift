internal import Glibc
internal import Plan
internal import Traffic

/// Requests with AWS signatures, signed as they go out.
extension ReplayWorker where Network: ~Copyable {
    /// Fills the fields of the request's AWS signature, if it has one; what is missing otherwise is found when it is sent.
    mutating func sign(_ ticket: Ticket, script number: Int) {
        guard let keys = plan.options.awsKeys, var filled = values[ticket.slot] else { return }
        let script = plan.scripts[number]
        let request = script.request(ticket.request)
        var body: [UInt8] = []
        guard request.body.append(to: &body, values: filled) else { return }
        let now = ReplayWorker.timestamp(time(nil))
        guard
            let (index, signature) = filled.startSigning(
                request, of: script, keys: keys, time: now, bodyHash: AWSSignature.hash(body))
        else { return }
        var probe = OutgoingRequest()
        do throws(RequestRenderer.Refusal) {
            try renderer.render(ticket.request, ofScript: number, values: filled, into: &probe)
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
        filled[index] = Array(signature.authorization(of: signed, keys: keys, time: now).utf8)
        values[ticket.slot] = filled
    }

    /// What the request's Host is.
    func authority(of request: RequestScript) -> String {
        let target = options.targets.index(forAuthority: request.authority).map { options.targets.targets[$0] }
        return (options.keepsHost ? request.authority : nil) ?? target?.target.authority ?? ""
    }

    /// `20150830T123600Z`.
    private static func timestamp(_ seconds: time_t) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1900)\(padded(parts.tm_mon + 1))\(padded(parts.tm_mday))"
            + "T\(padded(parts.tm_hour))\(padded(parts.tm_min))\(padded(parts.tm_sec))Z"
    }
}
