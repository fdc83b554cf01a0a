import ContentCodings
import Formats
import HTTPWire
import Traffic

/// Reads the entries of a HAR file (HTTP Archive 1.2) one by one, in any order. Concatenated files are read as one.
struct HARReader {
    private var isInEntries = false
    private var isAtEnd = false

    enum Item {
        case entry(HAREntry)
        /// An entry with invalid JSON; reading continues after it.
        case broken
    }

    /// The next entry; nil at the end of the file.
    ///
    /// - Throws: if the JSON is damaged so that no next entry can be found, or is not a HAR.
    mutating func next(_ reader: inout JSONReader) throws(InterchangeError) -> Item? {
        while !isAtEnd {
            if !isInEntries {
                guard try enterEntries(&reader) else {
                    throw .notThisFormat(
                        path: reader.source.path,
                        what: "it is JSON, but neither a HAR (it has no log.entries) nor exported lines")
                }
                isInEntries = true
            }
            if try reader.nextElement() { return try entry(&reader) }
            isInEntries = false
            // Anything else that follows, such as padding, is ignored.
            isAtEnd = try !reader.leave(to: 0) || (try? reader.peek()) != .object
        }
        return nil
    }

    private func entry(_ reader: inout JSONReader) throws(InterchangeError) -> Item {
        let depth = reader.depth
        do {
            return .entry(try HAREntry(&reader))
        } catch {
            guard case .badJSON = error, try reader.leave(to: depth) else { throw error }
            return .broken
        }
    }

    /// Enters the list of entries.
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
    /// Reads the next entry; one that is not an object has no members.
    fileprivate init(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        while let name = try reader.nextName() {
            switch name {
            case "startedDateTime": started = try reader.text().flatMap(HARDate.time)
            case "time": time = try reader.number()
            case "request": try request.read(&reader)
            case "response": try response.read(&reader)
            case "timings": try timings.read(&reader)
            case "connection": connection = try reader.text()
            case "pageref": pageReference = try reader.text()
            case "serverIPAddress": serverAddress = try reader.text()
            case "_fromCache", "_fromDiskCache", "_fromMemoryCache", "_fromPrefetchCache":
                if try reader.says() { origin = origin ?? .cache }
            case "_fromServiceWorker", "_fetchedViaServiceWorker":
                if try reader.says() { origin = .serviceWorker }
            // WebKit's name for it: "Memory Cache", "Disk Cache", "Service Worker", "Network Load".
            case "_fetchType":
                let type = try reader.text()?.lowercased() ?? ""
                if type.contains("cache") {
                    origin = .cache
                } else if type.contains("worker") {
                    origin = .serviceWorker
                }
            case "_webSocketMessages": webSocketMessages = try reader.count()
            case "_beganNs": began = try reader.integer(Int64.self)
            case "_session": session = try reader.text()
            case "_clientAddress": client = try reader.text()
            default: try reader.skip()
            }
        }
        if response.isFromServiceWorker { origin = .serviceWorker }
    }
}

extension HAREntry.Request {
    fileprivate mutating func read(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        var content: HAREntry.Body?
        while let name = try reader.nextName() {
            switch name {
            case "method": method = try reader.text()
            case "url": url = try reader.text()
            case "httpVersion": version = try reader.text()
            case "headers": fields = try reader.fields()
            case "cookies": cookies = try reader.fields()
            case "queryString": query = try reader.parameters()
            case "postData": try readPostData(&reader)
            // Where some exporters put a body that is not text.
            case "_content": content = try reader.content().body
            case "bodySize": bodyBytes = try reader.integer(Int64.self)
            case "_complete": isComplete = try reader.bool()
            default: try reader.skip()
            }
        }
        if let content, body?.bytes.isEmpty ?? true { body = content }
    }

    /// Reads `postData`. HAR cannot represent binary request bodies: they are in text with `encoding`, as in responses,
    /// or in this program's `_textBase64`.
    private mutating func readPostData(_ reader: inout JSONReader) throws(InterchangeError) {
        guard try reader.enter(.object) else { return }
        var text: HAREntry.Body?
        var encoding: String?
        while let name = try reader.nextName() {
            switch name {
            case "mimeType": mimeType = try reader.text()
            case "text":
                hasBodyElsewhere = try reader.peek().isStructure || hasBodyElsewhere
                text = try reader.body() ?? text
            case "params": parameters = try reader.parameters()
            case "encoding": encoding = try reader.text()
            case "_file": hasBodyElsewhere = try reader.text() != nil || hasBodyElsewhere
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
            case "cookies": cookies = try reader.cookies()
            case "content":
                let content = try reader.content()
                (body, contentBytes, mimeType) = (content.body, content.size, content.mimeType)
                hasBodyElsewhere = content.isElsewhere
            case "bodySize": bodyBytes = try reader.integer(Int64.self)
            case "_transferSize": transferBytes = try reader.integer(Int64.self)
            case "_fetchedViaServiceWorker": isFromServiceWorker = try reader.says()
            case "_complete": isComplete = try reader.bool()
            default: try reader.skip()
            }
        }
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
