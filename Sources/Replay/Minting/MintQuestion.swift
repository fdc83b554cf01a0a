import Formats
internal import Plan

/// Requests to a command that makes values, as JSON.
enum MintQuestion {
    /// A request for a clone's value.
    static func value(name: String, clone: Int, session: UInt32) -> String {
        "\"kind\":\"value\"," + common(name: name, clone: clone, session: session)
    }

    /// A request for a signature. It includes the HTTP request as it will be sent, without the signature.
    static func signature(
        name: String, clone: Int, session: UInt32, authority: String, request: OutgoingRequest
    ) -> String {
        var text = "\"kind\":\"signature\"," + common(name: name, clone: clone, session: session)
        text += ",\"method\":\(JSONText.quoted(request.method))"
        text += ",\"target\":\(JSONText.quoted(String(decoding: request.path, as: UTF8.self)))"
        text += ",\"headers\":[[\"Host\",\(JSONText.quoted(authority))]"
        for line in request.lines {
            // A line that ends with the colon only stops libcurl from adding the field; it is not sent.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon < line.count - 1 else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            guard name.lowercased() != "host" else { continue }
            let value = line[(colon + 1)...].drop { $0 == 0x20 }
            text += ",[\(JSONText.quoted(name)),\(JSONText.quoted(String(decoding: value, as: UTF8.self)))]"
        }
        return text + "],\"body\":\"\(String(decoding: Base64.encoded(request.body), as: UTF8.self))\""
    }

    private static func common(name: String, clone: Int, session: UInt32) -> String {
        "\"name\":\(JSONText.quoted(name)),\"clone\":\(clone),\"session\":\(session)"
    }
}
