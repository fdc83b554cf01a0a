import Formats
import FoundationEssentials
public import Report

/// The consecutive states of a page, each with a number: a reader that has one of them gets the changes since. Pure.
public struct LiveStream: Sendable {
    /// The number of states that a reader may miss and still get only the changes.
    static let memory = 30

    /// Distinguishes this stream from those of other runs on the same address.
    private let epoch: String
    private var number = 0
    private var parts: [LivePage.Part] = []
    /// The changes from each state to the next; the last one leads to ``number``.
    private var changes: [[UInt8]] = []
    private var end: [UInt8]?

    /// A stream without any state.
    ///
    /// - Parameter epoch: letters and digits that are unique among streams on the address.
    public init(epoch: String) { self.epoch = epoch }

    /// The current state, as an event's id.
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

    /// Ends the stream: a last event tells readers not to reconnect.
    public mutating func finish() { end = LiveStream.event("end", id: id, [String: String]()) }

    /// Whether the stream has ended.
    public var isFinished: Bool { end != nil }

    /// The events for a reader that knows a state: the changes since, or the whole current state.
    ///
    /// - Parameter id: the event id of the state that the reader knows; nil for none.
    /// - Returns: the bytes of the events; empty if the reader is up to date.
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

    /// The number of states a reader missed; nil if changes cannot bridge them.
    private func missed(_ id: String) -> Int? {
        guard id.hasPrefix("\(epoch)-"), let known = Int(id.dropFirst(epoch.count + 1)), known <= number,
            number - known <= changes.count
        else { return nil }
        return number - known
    }

    /// A comment line that keeps a connection active while nothing changes.
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
