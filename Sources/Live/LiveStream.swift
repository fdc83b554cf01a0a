import Formats
import FoundationEssentials
public import Report

/// The states of a page one after another, each with a number: a reader that has one gets what changed since. Pure.
public struct LiveStream: Sendable {
    /// States that a reader may miss and still be told only what changed.
    static let memory = 30

    /// Tells this stream from that of another run on the same address.
    private let epoch: String
    private var number = 0
    private var parts: [LivePage.Part] = []
    /// What changed from one state to the next; the last is that to ``number``.
    private var changes: [[UInt8]] = []
    private var end: [UInt8]?

    /// A stream that has told nothing.
    ///
    /// - Parameter epoch: letters and digits that no other stream on the address has.
    public init(epoch: String) { self.epoch = epoch }

    /// The state of now, as an event's id.
    public var id: String { "\(epoch)-\(number)" }

    /// Takes the next state of the page.
    ///
    /// - Returns: whether anything changed.
    @discardableResult
    public mutating func take(_ next: [LivePage.Part]) -> Bool {
        var changed: [String: PartChange] = [:]
        let known = Dictionary(uniqueKeysWithValues: parts.map { ($0.id, $0.html) })
        for part in next {
            if let change = PartChange.between(known[part.id] ?? "", part.html) { changed[part.id] = change }
        }
        parts = next
        guard !changed.isEmpty else { return false }
        number += 1
        changes.append(LiveStream.event("delta", id: id, Delta(parts: changed)))
        if changes.count > LiveStream.memory { changes.removeFirst() }
        return true
    }

    /// Ends the stream: readers are told, after all else, not to come again.
    public mutating func finish() { end = LiveStream.event("end", id: id, [String: String]()) }

    /// Whether there is nothing to come.
    public var isFinished: Bool { end != nil }

    /// What a reader is told who knows a state: what changed since, or the state of now as a whole.
    ///
    /// - Parameter id: of the state that the reader knows, as the event said; nil for none.
    /// - Returns: events, as they are sent; empty where the reader knows all.
    public func events(after id: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        if let missed = id.flatMap(missed) {
            for change in changes.suffix(missed) { bytes += change }
        } else {
            let state = Dictionary(uniqueKeysWithValues: parts.map { ($0.id, $0.html) })
            bytes = LiveStream.event("snapshot", id: self.id, Snapshot(parts: state))
        }
        return bytes + (end ?? [])
    }

    /// How many states a reader missed; nil where that cannot be told in changes.
    private func missed(_ id: String) -> Int? {
        guard id.hasPrefix("\(epoch)-"), let known = Int(id.dropFirst(epoch.count + 1)), known <= number,
            number - known <= changes.count
        else { return nil }
        return number - known
    }

    /// A line that keeps a connection in use where nothing changes.
    public static let heartbeat = Array(": heartbeat\n\n".utf8)

    private struct Delta: Encodable { var parts: [String: PartChange] }
    private struct Snapshot: Encodable { var parts: [String: String] }

    /// An event of a stream (HTML Standard, "Server-sent events"); JSON has no line ends.
    private static func event(_ name: String, id: String, _ data: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = (try? encoder.encode(data)).map(Array.init) ?? Array("{}".utf8)
        return Array("id: \(id)\nevent: \(name)\ndata: ".utf8) + json + Array("\n\n".utf8)
    }
}
