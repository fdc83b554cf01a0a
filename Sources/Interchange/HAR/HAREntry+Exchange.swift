import Formats
import HTTPWire
import Traffic

extension HAREntry {
    /// The exchange described by the entry.
    func exchange() -> Result<ImportedExchange, ImportProblem> {
        switch origin {
        case .cache: return .failure(.fromCache)
        case .serviceWorker: return .failure(.fromServiceWorker)
        case nil: break
        }
        guard let started else { return .failure(.withoutTime) }
        guard let method = request.method.flatMap(HeadText.token), let url = request.url.flatMap(HARAddress.init) else {
            return .failure(.notHTTP)
        }
        guard !isUnmarkedCacheHit else { return .failure(.fromCache) }
        let version = HAREntry.version(request.version ?? response.version)
        let times = times(from: started)
        var imported = ImportedExchange(
            Exchange(
                connection: 0, session: 0, version: version, scheme: url.scheme,
                request: requestMessage(method, url, version, times),
                response: responseMessage(method, version, started, times), status: status))
        if let session {
            imported.session = .name(session)
        } else if pageReference != nil {
            // Only browsers write pages, and a browser's file belongs to one user.
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

    /// Whether there is a response with a body but no network traffic: a cache hit of exporters without `_fromCache`.
    private var isUnmarkedCacheHit: Bool {
        let hasConnection = !["", "0"].contains(connection ?? "") || !(serverAddress ?? "").isEmpty
        return response.transferBytes == 0 && !hasConnection && (response.contentBytes ?? 0) > 0
            && response.status.map { (200..<300).contains($0) } ?? false
    }

    /// The final response's status; nil if there was none, which exporters write as 0 or −1.
    private var status: UInt16? { response.status.flatMap { (100..<1000).contains($0) ? UInt16($0) : nil } }

    /// The version: HTTP/2 under any of its names; HTTP/3, which the log cannot represent, counts as HTTP/2.
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

    /// The times of the messages. The entry starts when it is queued; the request's first byte is sent once there is a
    /// connection. `ssl` is part of `connect`.
    private func times(from started: CaptureTime) -> Times {
        let before = [timings.blocked, timings.dns, timings.connect].compactMap { $0 }.reduce(0) { $0 + max(0, $1) }
        var first = HAREntry.time(started, plus: before)
        if let began, (began &- first.nanoseconds).magnitude < Nanoseconds.perMillisecond {
            first = CaptureTime(nanoseconds: began)
        }
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

    /// Limited to a month: a wrong unit must not overflow.
    private static func time(_ time: CaptureTime, plus milliseconds: Double) -> CaptureTime {
        time.advanced(byNs: Int64(Nanoseconds.fromMilliseconds(min(milliseconds, 2.6e9)).rounded()))
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
        let target = method == "CONNECT" ? authority : target(url)
        let body = requestBody(fields)
        fields = body.fields
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
        return Exchange.Message(
            head: head, body: Array(body.bytes.prefix(HAREntry.maximumBodyBytes)), bodyBytes: body.count,
            firstByte: times.requestFirst, lastByte: times.requestLast,
            isComplete: (request.isComplete ?? body.isComplete) && request.body?.isDamaged != true)
    }

    /// The target, with the query that some exporters write separately.
    private func target(_ url: HARAddress) -> String {
        guard !url.target.contains("?"), !request.query.isEmpty else { return HARTarget.encoded(url.target) }
        return HARTarget.encoded(url.target) + "?" + HARForm.form(request.query, length: nil)
    }

    /// The body in the entry, in any form, or a missing body if it must have had one.
    private func requestBody(_ fields: [HeaderField]) -> HARMessageBody {
        // This program's own files are exact; a truncated body is shorter than its size.
        if began != nil {
            var body = HARMessageBody(none: fields)
            body.bytes = request.body?.bytes ?? []
            body.count = UInt64(max(Int64(request.body?.count ?? 0), request.bodyBytes ?? 0))
            return body
        }
        let lengths = HARMessageBody.lengths(fields)
        if let text = request.body, !text.bytes.isEmpty {
            return HARMessageBody(text, fields, sizes: [request.bodyBytes])
        }
        let type = request.mimeType.flatMap { $0.isEmpty ? nil : $0 } ?? fields.first("content-type")
        let announced = UInt64(max(Int64(lengths.max() ?? 0), request.bodyBytes ?? 0))
        if !request.parameters.isEmpty {
            // The head's own type contains the boundary.
            let declared = fields.first("content-type").flatMap { $0.lowercased().contains("multipart") ? $0 : nil }
            guard let form = HARForm.body(request.parameters, type: declared ?? type, length: lengths.first) else {
                return HARMessageBody(missing: announced, fields)
            }
            var fields = fields
            if let type = form.type {
                fields.removeAll { $0.isNamed("content-type") }
                fields.append(HeaderField(name: "Content-Type", value: type))
            }
            let body = Body(bytes: form.bytes, count: form.bytes.count)
            return HARMessageBody(body, fields, sizes: [], isRebuilt: true)
        }
        let isUnknownChunks = HARMessageBody.isChunked(fields) && request.body == nil && request.bodyBytes != 0
        if announced > 0 || request.hasBodyElsewhere || isUnknownChunks {
            return HARMessageBody(missing: announced, fields)
        }
        return HARMessageBody(none: fields)
    }

    private func responseMessage(
        _ method: String, _ version: HTTPVersion, _ started: CaptureTime, _ times: Times
    ) -> Exchange.Message? {
        guard let status else { return nil }
        let fields = response.fields.filter { !$0.name.hasPrefix(":") } + setCookies(started)
        let body = responseBody(method, status, fields)
        let head: [UInt8]
        if version == .http2 {
            head = HeadText.lines([HeaderField(name: ":status", value: String(status))] + body.fields, lowercased: true)
        } else {
            let reason = HeadText.line(response.reason ?? "")
            head =
                Array("HTTP/\(version.label) \(status) \(reason)\r\n".utf8)
                + HeadText.lines(body.fields, lowercased: false)
        }
        return Exchange.Message(
            head: head, body: Array(body.bytes.prefix(HAREntry.maximumBodyBytes)), bodyBytes: body.count,
            firstByte: times.responseFirst, lastByte: times.responseLast,
            isComplete: (response.isComplete ?? body.isComplete) && response.body?.isDamaged != true)
    }

    private func responseBody(_ method: String, _ status: UInt16, _ fields: [HeaderField]) -> HARMessageBody {
        // Responses without a body (RFC 9110 section 6.4.1); browsers show that of their cache.
        let hasNone = method == "HEAD" || status == 204 || status == 304 || (100..<200).contains(status)
        if hasNone || method == "CONNECT" && (200..<300).contains(status) { return HARMessageBody(none: fields) }
        let size = UInt64(max(0, response.contentBytes ?? 0))
        if began != nil {
            var body = HARMessageBody(
                response.body ?? Body(bytes: [], count: 0), fields, sizes: [response.contentBytes])
            body.count = max(UInt64(response.body?.count ?? 0), size)
            body.isComplete = true
            return body
        }
        if let text = response.body, !text.bytes.isEmpty || size == 0 {
            // An empty text with a head that announces bytes is a body that was not kept.
            if !text.bytes.isEmpty || (HARMessageBody.lengths(fields).max() ?? 0) == 0 {
                return HARMessageBody(text, fields, sizes: [response.contentBytes])
            }
        }
        let announced = max(UInt64(HARMessageBody.lengths(fields).max() ?? 0), size)
        guard announced > 0 || response.hasBodyElsewhere || hasUnknownBody(fields) else {
            return HARMessageBody(none: fields)
        }
        return HARMessageBody(missing: max(announced, UInt64(max(0, response.bodyBytes ?? 0))), fields)
    }

    /// Whether a response without text may have had a body: the exporter writes −1 as its size, or no size where the
    /// head describes a body.
    private func hasUnknownBody(_ fields: [HeaderField]) -> Bool {
        guard response.body == nil, response.bodyBytes != 0, HARMessageBody.lengths(fields).isEmpty else {
            return false
        }
        if let size = response.contentBytes { return size < 0 }
        return HARMessageBody.isChunked(fields) || fields.first("content-encoding") != nil
    }

    /// The cookies of a response without Set-Cookie fields, as fields.
    private func setCookies(_ started: CaptureTime) -> [HeaderField] {
        guard response.fields.first("set-cookie") == nil else { return [] }
        return response.cookies.map { cookie in
            var parts = ["\(cookie.name)=\(cookie.value)"]
            if let path = cookie.path { parts.append("Path=\(path)") }
            if let domain = cookie.domain { parts.append("Domain=\(domain)") }
            if let expires = cookie.expires {
                let seconds = expires.second &- started.second
                parts.append("Max-Age=\(max(0, seconds))")
            }
            if cookie.isSecure { parts.append("Secure") }
            if cookie.isHTTPOnly { parts.append("HttpOnly") }
            return HeaderField(name: "Set-Cookie", value: parts.joined(separator: "; "))
        }
    }
}
