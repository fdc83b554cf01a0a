import Traffic

/// Reading a whole file without leaving the module for each packet.
extension TrafficAssembler {
    /// Why a file was not read to its end.
    public enum ReadFailure: Error {
        /// The file cannot be read further; what came before was taken in.
        case file(CaptureFileError)
        /// The filter makes no sense for a packet's link type.
        case filter(PcapError)
    }

    /// Takes in packets of `file` until its end, or until the batch holds `batchBytes` bytes.
    ///
    /// - Returns: false when the file has ended.
    public mutating func read(
        _ file: inout CaptureFile, untilBatchBytes batchBytes: Int
    ) throws(CaptureFileError) -> Bool {
        if file.mayHoldSecrets { mayLearnSecrets = true }
        while let packet = try file.next() {
            if file.hasSecrets { learn(file.takeSecrets()) }
            process(packet)
            if batch.bytes.count >= batchBytes { return true }
        }
        if file.hasSecrets { learn(file.takeSecrets()) }
        return false
    }

    /// The same for the packets that pass `filter`.
    public mutating func read(
        _ file: inout CaptureFile, through filter: inout PacketFilter, untilBatchBytes batchBytes: Int
    ) throws(ReadFailure) -> Bool {
        if file.mayHoldSecrets { mayLearnSecrets = true }
        while true {
            let packet: CapturedPacket?
            do throws(CaptureFileError) { packet = try file.next() } catch { throw .file(error) }
            if file.hasSecrets { learn(file.takeSecrets()) }
            guard let packet else { return false }
            let passes: Bool
            do throws(PcapError) { passes = try filter.passes(packet) } catch { throw .filter(error) }
            if passes { process(packet) }
            if batch.bytes.count >= batchBytes { return true }
        }
    }
}
