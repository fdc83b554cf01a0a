/// Why something in a file became no exchange.
public enum ImportProblem: Error, Hashable, Sendable, CaseIterable {
    /// A HAR entry without a time that can be read.
    case withoutTime
    /// A HAR entry that is no HTTP: its method is none, or its URL of another scheme.
    case notHTTP
    /// A HAR entry that a browser answered out of its cache: nothing was sent.
    case fromCache
    /// A HAR entry that a service worker answered: what it sent itself is a separate entry.
    case fromServiceWorker
    /// A HAR entry whose JSON is broken.
    case badEntry
    /// A line of JSON Lines that is no JSON or has not the fields.
    case badLine
    /// A record of a `.gor` file that is none, or whose payload is no HTTP/1.
    case badRecord
    /// A replayed response of a `.gor` file beside the original one, which is kept.
    case replayedResponse
    /// Bytes of a `.gor` record that follow its message and are no message themselves; the message is kept.
    case bytesBehindMessage

    /// What a message calls one of them.
    public var singular: String {
        switch self {
        case .withoutTime: "entry without a time"
        case .notHTTP: "entry that is not HTTP"
        case .fromCache: "entry answered from a cache"
        case .fromServiceWorker: "entry answered by a service worker"
        case .badEntry: "entry that is not understood"
        case .badLine: "line that is not understood"
        case .badRecord: "record that is not understood"
        case .replayedResponse: "replayed response beside the original"
        case .bytesBehindMessage: "record's bytes after its message"
        }
    }

    /// What a message calls several.
    public var plural: String {
        switch self {
        case .withoutTime: "entries without a time"
        case .notHTTP: "entries that are not HTTP"
        case .fromCache: "entries answered from a cache"
        case .fromServiceWorker: "entries answered by a service worker"
        case .badEntry: "entries that are not understood"
        case .badLine: "lines that are not understood"
        case .badRecord: "records that are not understood"
        case .replayedResponse: "replayed responses beside the originals"
        case .bytesBehindMessage: "records' bytes after their messages"
        }
    }
}

/// What an import came to.
public struct ImportTotals: Hashable, Sendable {
    /// Exchanges read.
    public var exchanges: UInt64 = 0
    /// Of these, requests and responses that lack bytes which their head, or the file, announces.
    public private(set) var incompleteRequests: UInt64 = 0
    /// Responses that lack bytes, likewise.
    public private(set) var incompleteResponses: UInt64 = 0
    /// What was left out, by its reason.
    public private(set) var leftOut: [ImportProblem: UInt64] = [:]

    /// What was left out because it is not understood: exchanges may have been lost with it.
    public var notUnderstood: UInt64 {
        [ImportProblem.badEntry, .badLine, .badRecord].reduce(UInt64(0)) { $0 + (leftOut[$1] ?? 0) }
    }

    /// Counts something left out.
    mutating func leaveOut(_ problem: ImportProblem, count: UInt64 = 1) {
        if count > 0 { leftOut[problem, default: 0] += count }
    }

    /// Counts an exchange whose messages are whole or not; nil for one that is not there.
    mutating func add(isRequestComplete: Bool?, isResponseComplete: Bool?) {
        exchanges += 1
        if isRequestComplete == false { incompleteRequests += 1 }
        if isResponseComplete == false { incompleteResponses += 1 }
    }
}
