import Capture
import Formats
import TestSupport
import Traffic

/// The result of capturing some packets.
struct Findings: Equatable {
    var exchanges: [Exchange]
    var losses: CaptureLoss

    /// Whether nothing was lost, so that the result must not depend on segmentation.
    var isCertain: Bool {
        // A request line without a version is recognised only within one segment.
        let heads = exchanges.flatMap { [$0.request?.head, $0.response?.head] }.compactMap { $0 }
        let hasSimple = heads.contains { head in
            !head.suffix(2).elementsEqual([10, 10]) && !head.suffix(3).elementsEqual([10, 13, 10])
        }
        return losses.unparsedMessages == 0 && losses.gaps == 0 && losses.evictions == 0 && !hasSimple
    }

    var text: String { (exchanges.map(\.summary) + ["\(losses)"]).joined(separator: "\n") }
}

/// A capture of packets that the fuzzer makes.
struct Capturing: ~Copyable {
    private var assembler: TrafficAssembler
    private var wireBytes = 0

    init(_ options: CaptureOptions = CaptureOptions()) { assembler = TrafficAssembler(options: options) }

    mutating func take(
        _ packet: [UInt8], _ linkType: LinkType = .raw, originalLength: Int? = nil, tenths: Int64 = 0
    ) {
        // In separate memory, so that the sanitizer sees what is read past the end.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: packet.count, alignment: 1)
        defer { bytes.deallocate() }
        bytes.copyBytes(from: packet)
        wireBytes += packet.count
        assembler.process(
            CapturedPacket(
                bytes: UnsafeRawBufferPointer(bytes), originalLength: originalLength ?? packet.count,
                linkType: linkType, time: CaptureTime(nanoseconds: 1_700_000_000_000_000_000 + tenths * 100_000_000)))
    }

    mutating func finish() -> Findings {
        assembler.finish()
        let batch = assembler.takeBatch()
        let findings = Findings(
            exchanges: batch.records.indices.map { batch.exchange(at: $0) }, losses: assembler.totals.losses)
        check(findings, UInt64(batch.records.count))
        return findings
    }

    private func check(_ findings: Findings, _ records: UInt64) {
        precondition(assembler.totals.exchanges == records, "every exchange is counted")
        for exchange in findings.exchanges {
            precondition(exchange.request != nil || exchange.response != nil, "an exchange has a message")
            precondition(exchange.began <= exchange.ended, "an exchange ends after it began")
            for message in [exchange.request, exchange.response].compactMap({ $0 }) {
                precondition(message.firstByte <= message.lastByte, "a message ends after it began")
                precondition(message.body.count <= message.bodyBytes, "kept bytes were seen")
            }
        }
    }
}

/// Bounds that are low enough for inputs to reach.
var tightLimits: CaptureLimits {
    var limits = CaptureLimits()
    limits.maxHeadBytes = 512
    limits.maxBodyBytes = 700
    limits.maxPipelinedMessages = 4
    limits.maxOrphanedResponses = 2
    limits.maxStreamsPerConnection = 3
    limits.maxHeaderBlockBytes = 400
    limits.maxHeaderTableBytes = 600
    limits.maxHeaderTableBytesInTotal = 8192
    limits.maxRememberedResets = 2
    limits.maxHeldBytesPerStream = 2000
    limits.maxHeldSegmentsPerStream = 4
    limits.maxBufferedBytes = 16384
    limits.maxConnections = 2
    limits.maxClosedConnections = 1
    limits.holePatiencePackets = 2
    limits.maxSearchedBytes = 600
    limits.maxFragmentedDatagrams = 2
    limits.maxHandshakeMessageBytes = 600
    limits.maxAwaitedBytesPerConnection = 3000
    limits.maxAwaitedBytes = 5000
    limits.maxAwaitingConnections = 1
    limits.maxSkippedRecords = 2
    limits.maxOpaqueServerNames = 1
    return limits
}

/// Captures a conversation in different segmentations: the result must be the same if `isSound`.
func compareCuts(_ conversation: Conversation, _ options: CaptureOptions, seed: UInt8, isSound: Bool = true) {
    func findings(_ cut: Cut) -> Findings {
        var capturing = Capturing(options)
        for segment in conversation.segments(cut: cut) { capturing.take(segment.packet, tenths: segment.tenths) }
        return capturing.finish()
    }
    let whole = findings(.none)
    guard whole.isCertain else { return }
    let cut = findings(seed == 0 ? .bytes : .random(SplitMix64(seed: UInt64(seed))))
    guard isSound, whole.exchanges != cut.exchanges else { return }
    // Other bytes are searched for the start of a message, which depends on the start of segments; bytes without one
    // are counted.
    let isSearched =
        whole.losses.opaqueConnections > 0 || whole.exchanges.contains { $0.request == nil || $0.response == nil }
    let isCounted = cut.losses.unparsedMessages > 0 || cut.losses.opaqueConnections > 0
    // A bound may be met only if a message is fragmented.
    if isCounted, options.limits.maxHeadBytes < CaptureLimits().maxHeadBytes { return }
    if isSearched, isCounted || cut.exchanges.count > whole.exchanges.count { return }
    fatalError("what is found depends on where segments end; as sent:\n\(whole.text)\ncut:\n\(cut.text)")
}

extension Exchange {
    /// Everything except the bodies' bytes, as text.
    var summary: String {
        let messages = [request, response].map { message in
            guard let message else { return "-" }
            let head = String(decoding: message.head, as: UTF8.self).debugDescription
            let (first, last) = (
                message.firstByte.nanoseconds / 100_000_000, message.lastByte.nanoseconds / 100_000_000
            )
            return "\(head) \(message.body.count)/\(message.bodyBytes) trailers \(message.trailers.count) "
                + "\(message.isComplete ? "whole" : "cut") \(first % 10000)-\(last % 10000)"
        }
        return "connection \(connection) session \(session) \(version) \(status ?? 0): "
            + messages.joined(separator: " → ")
    }
}
