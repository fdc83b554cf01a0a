import Capture
import Testing
import Workflows

@Suite("The report of a capture")
struct CaptureReportTests {
    private func text(unwritten: UInt64 = 0, isLogWhole: Bool = true) -> String {
        let assembler = TrafficAssembler()
        return CaptureReport(assembler.totals, assembler.opaqueServers, unwritten: unwritten, isLogWhole: isLogWhole)
            .text
    }

    @Test("Nothing is called lost only when the log has it all")
    func wholeness() {
        #expect(text() == "0 exchanges, 0 connections, 0 packets; nothing lost")
        #expect(text(isLogWhole: false) == "0 exchanges, 0 connections, 0 packets; the log is incomplete")
        #expect(text(unwritten: 1, isLogWhole: false).hasSuffix("; lost: 1 exchange not written"))
        #expect(text(unwritten: 2).hasSuffix("; lost: 2 exchanges not written"))
    }
}
