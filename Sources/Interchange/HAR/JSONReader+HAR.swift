import Formats
import HTTPWire
import Traffic

/// The description of a body in a HAR file.
struct HARContent {
    var body: HAREntry.Body?
    var size: Int64?
    var mimeType: String?
    /// Whether the body is in a separate file, or in a form other than its bytes.
    var isElsewhere = false
}

extension HAREntry.Body {
    /// The decoded base64 bytes; text that is declared as base64 but invalid stays unchanged, and is damaged.
    func decoded(_ encoding: String?) -> HAREntry.Body {
        guard encoding?.lowercased() == "base64" else { return self }
        guard let decoded = Base64.lenient(bytes) else {
            var damaged = self
            damaged.isDamaged = true
            return damaged
        }
        let isWhole = bytes.count == count
        return HAREntry.Body(bytes: decoded, count: isWhole ? decoded.count : count / 4 * 3, isText: false)
    }
}

extension JSONReader {
    /// Whether the value is true or a non-empty string, such as `"disk"` in `_fromCache`.
    mutating func says() throws(InterchangeError) -> Bool {
        switch try peek() {
        case .literal: return try literal() ?? false
        default:
            guard let text = try text() else { return false }
            return !text.isEmpty && text != "false" && text != "0"
        }
    }

    /// The number of elements of an array; 0 for anything else.
    mutating func count() throws(InterchangeError) -> UInt64 {
        guard try enter(.array) else { return 0 }
        var count: UInt64 = 0
        while try nextElement() {
            try skip()
            count += 1
        }
        return count
    }

    /// A value, or each element of a list of values, such as those of a repeated field.
    private mutating func values() throws(InterchangeError) -> [String?] {
        guard try peek() == .array else { return [try text()] }
        var values: [String?] = []
        guard try enter(.array) else { return values }
        while try nextElement() { values.append(try text()) }
        return values
    }

    /// A string that is a body; nil for anything else.
    mutating func body() throws(InterchangeError) -> HAREntry.Body? {
        guard try peek() == .string else {
            try skip()
            return nil
        }
        let text = try string(limit: HAREntry.maximumBodyBytes / 3 * 4)
        return HAREntry.Body(bytes: text.bytes, count: text.count)
    }

    /// A `content` object.
    mutating func content() throws(InterchangeError) -> HARContent {
        var content = HARContent()
        guard try enter(.object) else { return content }
        var text: HAREntry.Body?
        var encoding: String?
        var isEncoded = false
        while let name = try nextName() {
            switch name {
            case "size": content.size = try integer(Int64.self)
            case "mimeType": content.mimeType = try self.text()
            case "text":
                content.isElsewhere = try peek().isStructure || content.isElsewhere
                text = try body()
            case "encoding": encoding = try self.text()
            case "_file": content.isElsewhere = try self.text() != nil || content.isElsewhere
            case "_contentEncoded": isEncoded = try bool() ?? false
            default: try skip()
            }
        }
        content.body = text?.decoded(encoding)
        content.body?.isEncoded = isEncoded
        return content
    }

    /// Names and values of header fields or cookies, in any of the forms of ``parameters()``.
    mutating func fields() throws(InterchangeError) -> [HeaderField] {
        try parameters().map { HeaderField(name: $0.name, value: $0.value ?? "") }
    }

    /// Names and values in any of the forms that exporters write: `[{"name":…,"value":…}]`, `[[name,value]]`,
    /// `{name:value}`.
    mutating func parameters() throws(InterchangeError) -> [HAREntry.Parameter] {
        var parameters: [HAREntry.Parameter] = []
        if try peek() == .object {
            _ = try enter(.object)
            while let name = try nextName() {
                parameters += try values().map { HAREntry.Parameter(name: name, value: $0 ?? "") }
            }
            return parameters
        }
        guard try enter(.array) else { return parameters }
        while try nextElement() {
            if try peek() == .array {
                _ = try enter(.array)
                var parts: [String] = []
                while try nextElement() { parts.append(try text() ?? "") }
                guard let name = parts.first else { continue }
                parameters.append(HAREntry.Parameter(name: name, value: parts.count > 1 ? parts[1] : ""))
            } else {
                parameters += try parameter()
            }
        }
        return parameters
    }

    /// `{"name":…,"value":…}`, once for each value; empty for anything else.
    private mutating func parameter() throws(InterchangeError) -> [HAREntry.Parameter] {
        guard try enter(.object) else { return [] }
        var name: String?
        var values: [String?] = [nil]
        var parameter = HAREntry.Parameter(name: "")
        while let member = try nextName() {
            switch member {
            case "name": name = try text()
            case "value": values = try self.values()
            case "fileName", "filename": parameter.fileName = try text()
            case "contentType": parameter.contentType = try text()
            default: try skip()
            }
        }
        guard let name else { return [] }
        parameter.name = name
        return values.map { value in
            parameter.value = value
            return parameter
        }
    }

    /// The cookies of a response.
    mutating func cookies() throws(InterchangeError) -> [HAREntry.Cookie] {
        var cookies: [HAREntry.Cookie] = []
        guard try enter(.array) else { return cookies }
        while try nextElement() {
            guard try enter(.object) else { continue }
            var cookie = HAREntry.Cookie(name: "", value: "")
            while let member = try nextName() {
                switch member {
                case "name": cookie.name = try text() ?? ""
                case "value": cookie.value = try text() ?? ""
                case "path": cookie.path = try text()
                case "domain": cookie.domain = try text()
                case "expires": cookie.expires = try text().flatMap(HARDate.time)
                case "httpOnly": cookie.isHTTPOnly = try bool() ?? false
                case "secure": cookie.isSecure = try bool() ?? false
                default: try skip()
                }
            }
            if !cookie.name.isEmpty { cookies.append(cookie) }
        }
        return cookies
    }
}
