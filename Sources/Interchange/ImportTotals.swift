/// Why something in a file did not become an exchange.
public enum ImportProblem: Error, Hashable, Sendable, CaseIterable {
    /// A HAR entry without a readable time.
    case withoutTime
    /// A HAR entry that is not HTTP: its method is invalid, or its URL has another scheme.
    case notHTTP
    /// A HAR entry answered from the browser's cache: nothing was sent.
    case fromCache
    /// A HAR entry answered by a service worker: the requests it sent are separate entries.
    case fromServiceWorker
    /// A HAR entry with invalid JSON.
    case badEntry
    /// A line of JSON Lines that is not JSON or lacks the fields.
    case badLine
    /// An invalid record of a `.gor` file, or one whose payload is not HTTP/1.
    case badRecord
    /// A replayed response of a `.gor` file in addition to the original one, which is kept.
    case replayedResponse
    /// Bytes after the message of a `.gor` record that are not a message themselves; the message is kept.
    case bytesBehindMessage
    /// Messages of a WebSocket in a HAR entry; the exchange that opened it is kept.
    case webSocketMessage

    /// The singular for messages.
    public var singular: String {
        switch self {
        case .withoutTime: "entry without a time"
        case .notHTTP: "entry that is not HTTP"
        case .fromCache: "entry answered from a cache"
        case .fromServiceWorker: "entry answered by a service worker"
        case .badEntry: "entry that is not understood"
        case .badLine: "line that is not understood"
        case .badRecord: "record that is not understood"
        case .replayedResponse: "replayed response in addition to the original"
        case .bytesBehindMessage: "record's bytes after its message"
        case .webSocketMessage: "message of a WebSocket"
        }
    }

    /// The plural for messages.
    public var plural: String {
        switch self {
        case .withoutTime: "entries without a time"
        case .notHTTP: "entries that are not HTTP"
        case .fromCache: "entries answered from a cache"
        case .fromServiceWorker: "entries answered by a service worker"
        case .badEntry: "entries that are not understood"
        case .badLine: "lines that are not understood"
        case .badRecord: "records that are not understood"
        case .replayedResponse: "replayed responses in addition to the originals"
        case .bytesBehindMessage: "records' bytes after their messages"
        case .webSocketMessage: "messages of WebSockets"
        }
    }
}

/// The result of an import.
public struct ImportTotals: Hashable, Sendable {
    /// Exchanges read.
    public var exchanges: UInt64 = 0
    /// Requests that lack bytes announced by their head or by the file.
    public private(set) var incompleteRequests: UInt64 = 0
    /// Responses that lack bytes, likewise.
    public private(set) var incompleteResponses: UInt64 = 0
    /// Requests without a response in the files.
    public private(set) var unanswered: UInt64 = 0
    /// Counts of what was left out, by reason.
    public private(set) var leftOut: [ImportProblem: UInt64] = [:]

    /// The count of what was left out because it could not be parsed: exchanges may be lost with it.
    public var notUnderstood: UInt64 {
        [ImportProblem.badEntry, .badLine, .badRecord].reduce(UInt64(0)) { $0 + (leftOut[$1] ?? 0) }
    }

    /// Counts something left out.
    mutating func leaveOut(_ problem: ImportProblem, count: UInt64 = 1) {
        if count > 0 { leftOut[problem, default: 0] += count }
    }

    /// Counts an exchange with complete or incomplete messages; nil for a missing one.
    mutating func add(isRequestComplete: Bool?, isResponseComplete: Bool?) {
        exchanges += 1
        if isRequestComplete == false { incompleteRequests += 1 }
        if isResponseComplete == false { incompleteResponses += 1 }
        if isRequestComplete != nil, isResponseComplete == nil { unanswered += 1 }
    }
}
