import HTTPWire
import Traffic

/// Reads the entries of a HAR file (HTTP Archive 1.2) one by one, in whatever order they stand.
struct HARReader {
    private var isInEntries = false
    private var isAtEnd = false

    /// The next entry; nil at the end of the file.
    ///
    /// - Throws: when the JSON is broken or is no HAR.
    mutating func next(_ reader: inout JSONReader) throws(InterchangeError) -> HAREntry? {
        if isAtEnd { return nil }
        if !isInEntries {
            guard try enterEntries(&reader) else {
                throw .notThisFormat(path: reader.source.path, what: "there is no log.entries in it")
            }
            isInEntries = true
        }
        guard try reader.nextElement() else {
            isAtEnd = true
            return nil
        }
        return try HAREntry(&reader)
    }

    /// Steps into the list of entries. What stands behind it is of no use and is not read.
    private func enterEntries(_ reader: inout JSONReader) throws(InterchangeError) -> Bool {
        guard try reader.enter(.object) else { return false }
        while let name = try reader.nextName() {
            guard name == "log", try reader.peek() == .object else {
                try reader.skip()
                continue
            }
            _ = try reader.enter(.object)
            while let name = try reader.nextName() {
                guard name == "entries", try reader.peek() == .array else {
                    try reader.skip()
                    continue
                }
                return try reader.enter(.array)
            }
        }
        return false
    }
}

extension HAREntry {
    /// Reads the entry that comes next; one that is no object has no members.
    fileprivate init(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        while let name = try reader.nextName() {
            switch name {
            case "startedDateTime": started = try reader.text().flatMap(ISO8601.time)
            case "time": time = try reader.number()
            case "request": try request.read(&reader)
            case "response": try response.read(&reader)
            case "timings": try timings.read(&reader)
            case "connection": connection = try reader.text()
            case "pageref": pageReference = try reader.text()
            case "serverIPAddress": serverAddress = try reader.text()
            case "_beganNs": began = try reader.integer(Int64.self)
            case "_session": session = try reader.text()
            case "_clientAddress": client = try reader.text()
            default: try reader.skip()
            }
        }
    }
}

extension HAREntry.Request {
    fileprivate mutating func read(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        while let name = try reader.nextName() {
            switch name {
            case "method": method = try reader.text()
            case "url": url = try reader.text()
            case "httpVersion": version = try reader.text()
            case "headers": fields = try reader.fields()
            case "cookies": cookies = try reader.fields()
            case "postData": try readPostData(&reader)
            case "bodySize": bodyBytes = try reader.integer(Int64.self)
            case "_complete": isComplete = try reader.bool()
            default: try reader.skip()
            }
        }
    }

    /// Binary bodies have no place in HAR's requests: `encoding`, as responses have it, and this program's `_textBase64` carry
    /// them.
    private mutating func readPostData(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        var text: HAREntry.Body?
        var encoding: String?
        while let name = try reader.nextName() {
            switch name {
            case "mimeType": mimeType = try reader.text()
            case "text": text = try reader.body() ?? text
            case "params": parameters = try reader.fields()
            case "encoding": encoding = try reader.text()
            case "_textBase64":
                text = try reader.body()
                encoding = "base64"
            default: try reader.skip()
            }
        }
        body = text?.decoded(encoding)
    }
}

extension HAREntry.Response {
    fileprivate mutating func read(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        while let name = try reader.nextName() {
            switch name {
            case "status": status = try reader.integer(Int64.self)
            case "statusText": reason = try reader.text()
            case "httpVersion": version = try reader.text()
            case "headers": fields = try reader.fields()
            case "content": try readContent(&reader)
            case "_complete": isComplete = try reader.bool()
            default: try reader.skip()
            }
        }
    }

    private mutating func readContent(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        var text: HAREntry.Body?
        var encoding: String?
        var isEncoded = false
        while let name = try reader.nextName() {
            switch name {
            case "size": contentBytes = try reader.integer(Int64.self)
            case "mimeType": mimeType = try reader.text()
            case "text": text = try reader.body()
            case "encoding": encoding = try reader.text()
            case "_contentEncoded": isEncoded = try reader.bool() ?? false
            default: try reader.skip()
            }
        }
        body = text?.decoded(encoding)
        body?.isEncoded = isEncoded
    }
}

extension HAREntry.Timings {
    fileprivate mutating func read(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        while let name = try reader.nextName() {
            switch name {
            case "blocked": blocked = try reader.number()
            case "dns": dns = try reader.number()
            case "connect": connect = try reader.number()
            case "send": send = try reader.number()
            case "wait": wait = try reader.number()
            case "receive": receive = try reader.number()
            default: try reader.skip()
            }
        }
    }
}

extension HAREntry.Body {
    /// The bytes that base64 stands for; text that says to be base64 and is not stays as it is.
    fileprivate func decoded(_ encoding: String?) -> HAREntry.Body {
        guard encoding?.lowercased() == "base64", let decoded = Base64.decode(bytes) else { return self }
        let isWhole = bytes.count == count
        return HAREntry.Body(bytes: decoded, count: isWhole ? decoded.count : count / 4 * 3)
    }
}

extension JSONReader {
    /// A string that is a body; nil for anything else.
    fileprivate mutating func body() throws(InterchangeError) -> HAREntry.Body? {
        guard try peek() == .string else {
            try skip()
            return nil
        }
        let text = try string(limit: HAREntry.maximumBodyBytes / 3 * 4)
        return HAREntry.Body(bytes: text.bytes, count: text.count)
    }

    /// Names and values in any of the forms that exporters write: `[{"name":…,"value":…}]`, `[[name,value]]`, `{name:value}`.
    fileprivate mutating func fields() throws(InterchangeError) -> [HeaderField] {
        var fields: [HeaderField] = []
        if try peek() == .object {
            _ = try enter(.object)
            while let name = try nextName() { fields.append(HeaderField(name: name, value: try text() ?? "")) }
            return fields
        }
        guard try enter(.array) else { return fields }
        while try nextElement() {
            var name: String?
            var value = ""
            if try peek() == .array {
                _ = try enter(.array)
                var parts: [String] = []
                while try nextElement() { parts.append(try text() ?? "") }
                (name, value) = (parts.first, parts.count > 1 ? parts[1] : "")
            } else if try enter(.object) {
                while let member = try nextName() {
                    switch member {
                    case "name": name = try text()
                    case "value": value = try text() ?? ""
                    default: try skip()
                    }
                }
            }
            if let name { fields.append(HeaderField(name: name, value: value)) }
        }
        return fields
    }
}
