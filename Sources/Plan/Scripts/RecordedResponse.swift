import Formats
public import Traffic

/// What a recorded response says about success in addition to its status: protocols on top of HTTP answer 200 and
/// report failures elsewhere.
public struct RecordedResponse: Hashable, Sendable {
    /// The recorded `grpc-status`, 0 for success; nil if the response is not gRPC or was not seen to its end.
    public var grpcStatus: UInt16?
    /// Whether it is a GraphQL response without errors.
    public var isGraphQLSuccess = false
    /// The kind of a success that is not HTML, such as `JSON` or `image/png`: a page in its place is another response.
    public var type: String?
    /// The structure of its body, if it is a success that is not HTML.
    public var shape: ResponseShape?
    /// The signs of its page, if it is a success in HTML.
    public var page: PageSigns?
    /// The redirect's target; nil when it is not a redirect.
    public var redirect: RedirectShape?
    /// What its body says about success.
    public var signs: SuccessSigns = []
    /// The places in its body that hold a value of the session itself.
    public var own: [OwnAnswer] = []

    /// No information in addition to the status.
    public init() {}

    /// Reads the response of `exchange`.
    ///
    /// - Parameter body: the response's body after content decoding; nil to skip it.
    public init(_ exchange: Exchange, body: [UInt8]? = nil) {
        guard let response = exchange.response, let request = exchange.request else { return }
        if RecordedResponse.value(of: "content-type", inLines: response.head)?.starts(with: "application/grpc".utf8)
            == true
        {
            grpcStatus = RecordedResponse.grpcStatus(
                head: response.head, trailers: response.trailers, body: response.body)
        }
        isGraphQLSuccess =
            RecordedResponse.isGraphQL(request) && (200..<300).contains(exchange.status ?? 0) && !response.body.isEmpty
            && !RecordedResponse.hasGraphQLErrors(body ?? response.body)
        guard let body, let status = exchange.status, grpcStatus == nil else { return }
        if (200..<300).contains(status) {
            let type = RecordedResponse.value(of: "content-type", inLines: response.head) ?? []
            let isWhole = response.isComplete && UInt64(response.body.count) == response.bodyBytes && !body.isEmpty
            if AnyCaseWords.html.occur(in: type) {
                // The signs of an incomplete page are unknown.
                page = isWhole ? PageSigns(body) : nil
            } else if response.bodyBytes > 0 {
                self.type = RecordedResponse.label(ofType: type)
            }
            // A body that could not be decoded is not empty.
            let isKnown = response.isComplete && !(body.isEmpty && response.bodyBytes > 0)
            if page == nil, isKnown, !AnyCaseWords.html.occur(in: type) { shape = ResponseShape(body) }
            let reading = SuccessSigns.Reading(body)
            signs = reading.good.subtracting(reading.bad)
        }
    }

    /// Whether the body of a live response must be examined.
    public var needsContent: Bool {
        grpcStatus != nil || isGraphQLSuccess || redirect != nil || !signs.isEmpty || page != nil
    }

    /// The name of a type for readers; nil if it says nothing.
    private static func label(ofType type: [UInt8]) -> String? {
        if AnyCaseWords.json.occur(in: type) { return "JSON" }
        let name = type.prefix { $0 != UInt8(ascii: ";") && $0 > 0x20 }
        guard !name.isEmpty, name.count <= 60, name.allSatisfy({ ASCII.isToken($0) || $0 == UInt8(ascii: "/") }) else {
            return nil
        }
        return String(decoding: name.map(ASCII.lowercased), as: UTF8.self)
    }

    /// The value of Location in a redirect (RFC 9110 section 15.4); nil for other responses.
    static func location(status: UInt16, head: [UInt8]) -> [UInt8]? {
        [301, 302, 303, 307, 308].contains(status) ? value(of: "location", inLines: head) : nil
    }

    /// How a live response with the recorded status differs in outcome from the recorded one; nil if it does not.
    ///
    /// - Parameters:
    ///   - head: start line and header section.
    ///   - body: the body after content decoding.
    ///   - basePath: the path prefix of the target.
    public func departure(status: UInt16, head: [UInt8], body: [UInt8], basePath: String) -> String? {
        if let redirect, let location = RecordedResponse.location(status: status, head: head) {
            return redirect.departure(RedirectShape(location: location, basePath: basePath))
        }
        if let page, let departure = page.departure(body) { return departure }
        guard isGraphQLSuccess || !signs.isEmpty else { return nil }
        if isGraphQLSuccess, RecordedResponse.hasGraphQLErrors(body) { return "the response has GraphQL errors" }
        return signs.isEmpty ? nil : signs.departure(body)
    }

    /// Whether `lines` have the Content-Type of HTML.
    ///
    /// - Parameter lines: header lines with their ends, with or without the start line.
    public static func isHTML(_ lines: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "content-type:"
        return lines.withMemoryRebound(to: UInt8.self) { lines in
            var line = 0
            while line < lines.count {
                let end = ByteSearch.index(of: ASCII.lineFeed, in: lines, line..<lines.count) ?? lines.count
                if end - line > name.utf8CodeUnitCount, ASCII.lowercased(lines[line]) == UInt8(ascii: "c"),
                    name.withUTF8Buffer({ name in
                        name.indices.allSatisfy { ASCII.lowercased(lines[line + $0]) == name[$0] }
                    })
                {
                    return AnyCaseWords.html.occur(
                        in: UnsafeBufferPointer(rebasing: lines[(line + name.utf8CodeUnitCount)..<end]))
                }
                line = end + 1
            }
            return false
        }
    }

    /// Whether a body is a JSON object whose first member is a non-empty `error` or `errors`.
    public static func beginsWithError(_ body: UnsafeRawBufferPointer) -> Bool {
        let bytes = UnsafeRawBufferPointer(rebasing: body.prefix(longestBeginning))
        var position = 0
        func skipBlanks() { while position < bytes.count, bytes[position] <= 0x20 { position += 1 } }
        func take(_ text: StaticString) -> Bool {
            guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
            for index in 0..<text.utf8CodeUnitCount where bytes[position + index] != text.utf8Start[index] {
                return false
            }
            position += text.utf8CodeUnitCount
            return true
        }
        skipBlanks()
        guard take("{") else { return false }
        skipBlanks()
        guard take("\"error") else { return false }
        _ = take("s")
        guard take("\"") else { return false }
        skipBlanks()
        guard take(":") else { return false }
        skipBlanks()
        return position < bytes.count && !take("null") && !take("[]") && !take("{}") && !take("\"\"") && !take("false")
            && !take("0")
    }

    /// The number of bytes of a body that are searched for an error at its start.
    private static let longestBeginning = 64

    /// The `grpc-status` of a response: from its trailers, from the head of a response without trailers, or from the
    /// last frame of a gRPC-Web body, whose first byte has the highest bit set.
    ///
    /// - Parameters:
    ///   - head: start line and header section.
    ///   - trailers: the trailer section.
    ///   - body: the body as received.
    public static func grpcStatus(head: [UInt8], trailers: [UInt8], body: [UInt8]) -> UInt16? {
        for lines in [trailers, head] {
            if let value = value(of: "grpc-status", inLines: lines) { return number(value) }
        }
        var start = 0
        while body.count - start >= 5 {
            let length = body[(start + 1)..<(start + 5)].reduce(0) { $0 << 8 | Int($1) }
            guard length <= body.count - start - 5 else { return nil }
            let frame = body[(start + 5)..<(start + 5 + length)]
            if body[start] & 0x80 != 0 { return value(of: "grpc-status", inLines: Array(frame)).flatMap(number) }
            start += 5 + length
        }
        return nil
    }

    /// Whether `exchange` failed from its user's point of view: no response, a status of 400 or more, a `grpc-status`
    /// other than 0, or errors in a GraphQL response.
    public static func isFailure(_ exchange: Exchange) -> Bool {
        guard let response = exchange.response else { return true }
        if exchange.status ?? 0 >= 400 || RecordedResponse(exchange).grpcStatus ?? 0 != 0 { return true }
        return exchange.request.map(isGraphQL) ?? false && hasGraphQLErrors(response.body)
    }

    /// Whether a GraphQL response has errors (GraphQL specification, section 7.1: a list with a message in each).
    public static func hasGraphQLErrors(_ body: [UInt8]) -> Bool {
        ValueSource(value: 0, locator: firstMessage).value(head: [], body: body) != nil
    }

    private static let firstMessage = ValueSource.Locator.json(
        JSONPath([.member(Array("errors".utf8)), .element(0), .member(Array("message".utf8))]))
    private static let queryMember = ValueSource.Locator.json(JSONPath([.member(Array("query".utf8))]))

    /// Whether a request sends a GraphQL operation: by its path, or by a member `query` that begins like an operation.
    private static func isGraphQL(_ request: Exchange.Message) -> Bool {
        let line = request.head.prefix { $0 != 0x0d && $0 != 0x0a }
        if endpointWords.occur(in: line) { return true }
        guard memberWords.occur(in: request.body),
            let query = ValueSource(value: 0, locator: queryMember).value(head: [], body: request.body)
        else { return false }
        let text = String(decoding: query.drop { $0 <= 0x20 }, as: UTF8.self)
        return ["query", "mutation", "subscription", "{"].contains { text.hasPrefix($0) } && text.contains("{")
    }

    private static let endpointWords = AnyCaseWords("graphql")
    private static let memberWords = AnyCaseWords("\"query\"")

    private static func value(of name: StaticString, inLines lines: [UInt8]) -> [UInt8]? {
        let count = name.utf8CodeUnitCount
        return lines.withUnsafeBufferPointer { lines in
            var line = 0
            while line < lines.count {
                let feed = ByteSearch.index(of: ASCII.lineFeed, in: lines, line..<lines.count) ?? lines.count
                let end = feed > line && lines[feed - 1] == ASCII.carriageReturn ? feed - 1 : feed
                let start = line
                line = feed + 1
                guard end - start > count, lines[start + count] == ASCII.colon,
                    (0..<count).allSatisfy({ ASCII.lowercased(lines[start + $0]) == name.utf8Start[$0] })
                else { continue }
                return Array(lines[(start + count + 1)..<end].drop(while: ASCII.isBlank))
            }
            return nil
        }
    }

    private static func number(_ text: [UInt8]) -> UInt16? {
        UInt16(String(decoding: text.prefix { $0 > 0x20 }, as: UTF8.self))
    }
}
