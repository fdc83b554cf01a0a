import CPcap

/// A program for the packet filter (BPF), compiled by libpcap. Owns it.
final class FilterProgram {
    private var code: bpf_program

    /// Compiles `expression` for packets of `handle`; nil when it makes no sense for its link type, and `pcap_geterr` tells why.
    init?(_ expression: String, for handle: OpaquePointer) {
        var code = bpf_program()
        guard pcap_compile(handle, &code, expression, 1, UInt32.max) == 0 else { return nil }
        self.code = code
    }

    deinit { pcap_freecode(&code) }

    /// Whether a packet of which `bytes` were captured passes.
    func passes(_ bytes: UnsafeRawBufferPointer, originalLength: Int) -> Bool {
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: bytes.count)
        header.len = UInt32(clamping: originalLength)
        return pcap_offline_filter(
            &code, &header, bytes.assumingMemoryBound(to: UInt8.self).baseAddress) != 0
    }

    /// Gives the program to `handle`; false when libpcap refuses, and `pcap_geterr` tells why.
    func install(on handle: OpaquePointer) -> Bool { pcap_setfilter(handle, &code) == 0 }
}
