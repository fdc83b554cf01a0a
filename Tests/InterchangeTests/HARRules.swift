import Foundation

/// The requirements of HAR 1.2: members, their types, and their sums.
struct HARRules {
    /// The violations, with their places; empty if there are none.
    private(set) var problems: [String] = []

    init(_ document: Any) {
        guard let root = document as? [String: Any], let log = object(root["log"], "log") else {
            problems.append("no log")
            return
        }
        require(log["version"] as? String == "1.2", "log.version")
        named(log["creator"], "log.creator", ["name", "version"])
        for (number, entry) in list(log["entries"], "log.entries").enumerated() { check(entry, "entries[\(number)]") }
    }

    private mutating func check(_ value: Any, _ place: String) {
        guard let entry = object(value, place) else { return }
        let date = entry["startedDateTime"] as? String ?? ""
        let pattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/
        require((try? pattern.wholeMatch(in: date)) != nil, "\(place).startedDateTime")
        _ = object(entry["cache"], "\(place).cache")
        checkTimes(entry, place)
        if let request = object(entry["request"], "\(place).request") { check(request: request, "\(place).request") }
        if let response = object(entry["response"], "\(place).response") {
            check(response: response, "\(place).response")
        }
    }

    private mutating func checkTimes(_ entry: [String: Any], _ place: String) {
        guard let timings = object(entry["timings"], "\(place).timings") else { return }
        var sum = 0.0
        for name in ["blocked", "dns", "connect", "send", "wait", "receive"] {
            let isOptional = ["blocked", "dns", "connect"].contains(name)
            guard let time = timings[name] as? Double else {
                require(isOptional, "\(place).timings.\(name)")
                continue
            }
            require(time >= 0 || (isOptional && time == -1), "\(place).timings.\(name)")
            sum += max(time, 0)
        }
        let total = entry["time"] as? Double
        require(total.map { abs($0 - sum) < 1e-3 } ?? false, "\(place).time")
    }

    private mutating func check(request: [String: Any], _ place: String) {
        strings(request, ["method", "url", "httpVersion"], place)
        let url = request["url"] as? String ?? ""
        require(url.contains("://") && !url.contains("#"), "\(place).url")
        checkMessage(request, place)
        for pair in list(request["queryString"], "\(place).queryString") {
            named(pair, "\(place).queryString", ["name", "value"])
        }
        guard let data = request["postData"] else { return }
        named(data, "\(place).postData", ["mimeType"])
        let members = data as? [String: Any] ?? [:]
        require((members["text"] is String) != (members["params"] is [Any]), "\(place).postData: text or params")
    }

    private mutating func check(response: [String: Any], _ place: String) {
        require(response["status"] is Int, "\(place).status")
        strings(response, ["statusText", "httpVersion", "redirectURL"], place)
        checkMessage(response, place)
        guard let content = object(response["content"], "\(place).content") else { return }
        require(content["size"] is Int, "\(place).content.size")
        strings(content, ["mimeType"], "\(place).content")
        if let encoding = content["encoding"] {
            let data = (content["text"] as? String).flatMap { Data(base64Encoded: $0) }
            require(encoding as? String == "base64" && data != nil, "\(place).content.encoding")
        }
    }

    private mutating func checkMessage(_ message: [String: Any], _ place: String) {
        for name in ["headersSize", "bodySize"] { require(message[name] as? Int ?? -2 >= -1, "\(place).\(name)") }
        for name in ["cookies", "headers"] {
            for pair in list(message[name], "\(place).\(name)") { named(pair, "\(place).\(name)", ["name", "value"]) }
        }
    }

    private mutating func require(_ isSo: Bool, _ place: String) {
        if !isSo { problems.append(place) }
    }

    private mutating func object(_ value: Any?, _ place: String) -> [String: Any]? {
        require(value is [String: Any], place)
        return value as? [String: Any]
    }

    private mutating func list(_ value: Any?, _ place: String) -> [Any] {
        require(value is [Any], place)
        return value as? [Any] ?? []
    }

    private mutating func named(_ value: Any?, _ place: String, _ members: [String]) {
        if let object = object(value, place) { strings(object, members, place) }
    }

    private mutating func strings(_ object: [String: Any], _ members: [String], _ place: String) {
        for member in members { require(object[member] is String, "\(place).\(member)") }
    }
}
