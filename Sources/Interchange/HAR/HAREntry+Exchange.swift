import HTTPWire
import Traffic

extension HAREntry {
    /// The exchange that the entry tells of.
    func exchange() -> Result<ImportedExchange, ImportProblem> {
        guard let started else { return .failure(.withoutTime) }
        guard let method = request.method.flatMap(HeadText.token), let url = request.url.flatMap(HARAddress.init) else {
            return .failure(.notHTTP)
        }
        let version = HAREntry.version(request.version ?? response.version)
        let times = times(from: started)
        var imported = ImportedExchange(
            Exchange(
                connection: 0, session: 0, version: version, scheme: url.scheme,
                request: requestMessage(method, url, version, times),
                response: responseMessage(version, times), status: status))
        if let session {
            imported.session = .name(session)
        } else if pageReference != nil {
            // Only browsers know pages, and a browser's file is one person's.
            imported.session = .file
        }
        // Firefox writes the server's port here.
        if let connection, !connection.isEmpty, connection != "0", connection != url.port.map(String.init) {
            imported.connection = .name(connection)
        }
        imported.server = serverAddress.flatMap { SocketAddress(host: $0, port: url.port ?? 0) }
        imported.client = client.flatMap { SocketAddress(text: $0) }
        return .success(imported)
    }

    /// The final response's status; nil when there was none, which exporters write as 0 or −1.
    private var status: UInt16? { response.status.flatMap { (100..<1000).contains($0) ? UInt16($0) : nil } }

    /// HTTP/2 under any of its names; HTTP/3, which the log has no number for, counts as HTTP/2.
    private static func version(_ name: String?) -> HTTPVersion {
        let name = name?.lowercased() ?? ""
        if name.hasPrefix("h2") || name.hasPrefix("h3") || name.hasPrefix("http/2") || name.hasPrefix("http/3") {
            return .http2
        }
        return name == "http/1.0" ? .http10 : .http11
    }
}

extension HAREntry {
    private struct Times {
        var requestFirst: CaptureTime
        var requestLast: CaptureTime
        var responseFirst: CaptureTime
        var responseLast: CaptureTime
    }

    /// The entry begins when it was queued; its request's first byte was sent once a connection was there. `ssl` is within
    /// `connect`.
    private func times(from started: CaptureTime) -> Times {
        let before = [timings.blocked, timings.dns, timings.connect].compactMap { $0 }.reduce(0) { $0 + max(0, $1) }
        var first = HAREntry.time(started, plus: before)
        if let began, abs(began &- first.nanoseconds) < 1_000_000 { first = CaptureTime(nanoseconds: began) }
        let sent = HAREntry.time(first, plus: max(0, timings.send ?? 0))
        guard timings.wait != nil || timings.receive != nil else {
            let ended = HAREntry.time(first, plus: max(0, (time ?? 0) - before))
            return Times(requestFirst: first, requestLast: min(sent, ended), responseFirst: ended, responseLast: ended)
        }
        let answered = HAREntry.time(sent, plus: max(0, timings.wait ?? 0))
        return Times(
            requestFirst: first, requestLast: sent, responseFirst: answered,
            responseLast: HAREntry.time(answered, plus: max(0, timings.receive ?? 0)))
    }

    /// At most a month: a wrong unit must not overflow.
    private static func time(_ time: CaptureTime, plus milliseconds: Double) -> CaptureTime {
        CaptureTime(nanoseconds: time.nanoseconds &+ Int64((min(milliseconds, 2.6e9) * 1e6).rounded()))
    }

    private func requestMessage(
        _ method: String, _ url: HARAddress, _ version: HTTPVersion, _ times: Times
    ) -> Exchange.Message {
        var fields = request.fields.filter { !$0.name.hasPrefix(":") }
        if fields.first("cookie") == nil, !request.cookies.isEmpty {
            let pairs = request.cookies.map { "\($0.name)=\($0.value)" }
            fields.append(HeaderField(name: "Cookie", value: pairs.joined(separator: "; ")))
        }
        let authority = request.fields.first(":authority") ?? fields.first("host") ?? url.authority
        let target = method == "CONNECT" ? authority : url.target
        let head: [UInt8]
        if version == .http2 {
            let pseudo = [
                (":method", method), (":scheme", url.scheme.label), (":authority", authority), (":path", target),
            ].filter { method != "CONNECT" || ($0.0 != ":scheme" && $0.0 != ":path") }
            head = HeadText.lines(pseudo.map { HeaderField(name: $0.0, value: $0.1) } + fields, lowercased: true)
        } else {
            if fields.first("host") == nil { fields.insert(HeaderField(name: "Host", value: authority), at: 0) }
            head =
                Array("\(method) \(HeadText.line(target)) HTTP/\(version.label)\r\n".utf8)
                + HeadText.lines(fields, lowercased: false)
        }
        let body = requestBody
        let known = UInt64(max(0, request.bodyBytes ?? 0))
        return Exchange.Message(
            head: head, body: Array(body.bytes.prefix(HAREntry.maximumBodyBytes)),
            bodyBytes: body.count > 0 || !body.bytes.isEmpty ? max(UInt64(body.count), cutBytes(known, body)) : known,
            firstByte: times.requestFirst, lastByte: times.requestLast, isComplete: request.isComplete ?? true)
    }

    /// Only this program's own files say by `bodySize` that a text was cut; in others it is measured in other units.
    private func cutBytes(_ known: UInt64, _ body: Body) -> UInt64 { began == nil ? 0 : max(known, UInt64(body.count)) }

    /// The text, or a form's fields written anew where only those are there.
    private var requestBody: Body {
        if let body = request.body, !body.bytes.isEmpty || request.parameters.isEmpty { return body }
        guard !request.parameters.isEmpty, request.mimeType?.lowercased().contains("urlencoded") ?? false else {
            return request.body ?? Body(bytes: [], count: 0)
        }
        let form = request.parameters.map { "\(FormText.encode($0.name))=\(FormText.encode($0.value))" }
        let bytes = Array(form.joined(separator: "&").utf8)
        return Body(bytes: bytes, count: bytes.count)
    }

    private func responseMessage(_ version: HTTPVersion, _ times: Times) -> Exchange.Message? {
        guard let status else { return nil }
        var fields = response.fields.filter { !$0.name.hasPrefix(":") }
        if let body = response.body { fields = HAREntry.fields(fields, describing: body) }
        let head: [UInt8]
        if version == .http2 {
            head = HeadText.lines([HeaderField(name: ":status", value: String(status))] + fields, lowercased: true)
        } else {
            let reason = HeadText.line(response.reason ?? "")
            head =
                Array("HTTP/\(version.label) \(status) \(reason)\r\n".utf8) + HeadText.lines(fields, lowercased: false)
        }
        let body = response.body ?? Body(bytes: [], count: 0)
        return Exchange.Message(
            head: head, body: Array(body.bytes.prefix(HAREntry.maximumBodyBytes)),
            bodyBytes: max(UInt64(body.count), response.body == nil || began != nil ? knownBytes : 0),
            firstByte: times.responseFirst, lastByte: times.responseLast, isComplete: response.isComplete ?? true)
    }

    private var knownBytes: UInt64 { UInt64(max(0, response.contentBytes ?? 0)) }

    /// The fields of a body that was written decoded: they must not say that it is encoded, nor how long it was then.
    private static func fields(_ fields: [HeaderField], describing body: Body) -> [HeaderField] {
        guard let coding = fields.first("content-encoding"), !body.isEncoded else { return fields }
        // Some exporters write the coded bytes all the same.
        if coding.lowercased().contains("gzip"), body.bytes.starts(with: [0x1f, 0x8b]) { return fields }
        return fields.compactMap { field in
            if field.isNamed("content-encoding") { return nil }
            return field.isNamed("content-length")
                ? HeaderField(name: field.name, value: String(body.count)) : field
        }
    }
}
