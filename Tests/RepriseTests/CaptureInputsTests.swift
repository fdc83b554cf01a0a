import ArgumentParser
import Testing

@testable import reprise

/// What `capture` reads: every input that is named, or an error.
@Suite struct CaptureInputsTests {
    @Test func severalFilesAreAllRead() throws {
        let command = try CaptureCommand.parse(["-r", "a.pcap", "-r", "b.pcap", "--read", "c.pcap", "-o", "x.rlog"])
        #expect(command.read == ["a.pcap", "b.pcap", "c.pcap"])
    }

    @Test(arguments: [
        (["-i", "lo", "-i", "eth0"], "a second interface is not passed over"),
        (["-r", "a.pcap", "-r", "a.pcap"], "a file read twice would double everything"),
        (["-i", "lo", "-r", "a.pcap"], "either one or the other"), ([], "nothing to read"),
    ]) func whatCannotBeReadIsAUsageError(_ inputs: [String], _ why: String) {
        #expect(throws: (any Error).self, "\(why)") { try CaptureCommand.parse(inputs + ["-o", "x.rlog"]) }
    }
}
