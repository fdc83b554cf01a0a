public import Traffic

/// Reading a whole file without leaving the module for each packet.
extension TrafficAssembler {
    /// Takes in packets of `file` until its end, until the batch holds `batchBytes` bytes, until `boundary` was reached, or until
    /// ``filterFailure`` is set.
    ///
    /// - Returns: false when the file has ended.
    public mutating func read(
        _ file: inout CaptureFile, untilBatchBytes batchBytes: Int,
        until boundary: CaptureTime = CaptureTime(nanoseconds: .max)
    ) throws(CaptureFileError) -> Bool {
        if file.mayHoldSecrets { mayLearnSecrets = true }
        while let packet = try file.next() {
            if file.hasSecrets { learn(file.takeSecrets()) }
            process(packet)
            if batch.bytes.count >= batchBytes || now >= boundary.nanoseconds || filterFailure != nil { return true }
        }
        if file.hasSecrets { learn(file.takeSecrets()) }
        return false
    }
}
