/// The parts that read untrusted input.
enum FuzzTarget: String, CaseIterable {
    /// Link layers, tunnels, fragments.
    case packets
    /// Segments of TCP in any order.
    case streams
    /// TLS records, some encrypted with keys that the capture has.
    case tls
    /// Messages of HTTP/1.
    case http1
    /// Frames of HTTP/2.
    case http2
    /// Capture files.
    case files
    /// Recordings that a replay is planned from.
    case plan
    /// Session logs with correct checksums.
    case logs
    /// Run folders with one changed file, with correct checksums.
    case runs

    func run(_ input: UnsafeRawBufferPointer) {
        switch self {
        case .packets: fuzzPackets(input)
        case .streams: fuzzStreams(input)
        case .tls: fuzzRecords(input)
        case .http1: fuzzHTTP1(input)
        case .http2: fuzzHTTP2(input)
        case .files: fuzzFile(input)
        case .plan: fuzzPlan(input)
        case .logs: fuzzLog(input)
        case .runs: fuzzRun(input)
        }
    }
}
