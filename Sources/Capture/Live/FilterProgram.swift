import CPcap

/// A BPF program compiled by libpcap. Owns it.
final class FilterProgram {
    private var code: bpf_program

    /// Compiles `expression` for packets of `handle`; nil if it does not apply to its link type, with the reason in
    /// `pcap_geterr`.
    init?(_ expression: String, for handle: OpaquePointer) {
        var code = bpf_program()
        guard pcap_compile(handle, &code, expression, 1, UInt32.max) == 0 else { return nil }
        self.code = code
    }

    deinit { pcap_freecode(&code) }

    /// Whether a packet with the captured `bytes` passes.
    func passes(_ bytes: UnsafeRawBufferPointer, originalLength: Int) -> Bool {
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: bytes.count)
        header.len = UInt32(clamping: originalLength)
        return pcap_offline_filter(
            &code, &header, bytes.assumingMemoryBound(to: UInt8.self).baseAddress) != 0
    }

    /// Installs the program on `handle`; false if libpcap refuses, with the reason in `pcap_geterr`.
    func install(on handle: OpaquePointer) -> Bool { pcap_setfilter(handle, &code) == 0 }
}
