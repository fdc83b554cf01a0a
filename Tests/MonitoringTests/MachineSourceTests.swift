import Measurement
import Testing

@testable import Monitoring

@Suite struct MachineSourceTests {
    @Test func processorTimeIsReadAsTheManualHasIt() throws {
        let text = "cpu  100 20 30 5000 40 5 6 7 9 1\ncpu0 50 10 15 2500 20 2 3 4 4 0\n"
        let read = try #require(MachineSource.processorSeconds(text, ticksPerSecond: 100))
        #expect(abs(read.busy - 1.61) < 1e-9 && abs(read.steal - 0.07) < 1e-9)
    }

    @Test(arguments: ["", "cpu 1 2 3\n", "intr 1 2 3 4 5 6 7 8 9\n", "cpu a b c d e f g h\n"])
    func whatIsNotAStatLineIsNone(text: String) {
        #expect(MachineSource.processorSeconds(text, ticksPerSecond: 100) == nil)
    }

    @Test func pressureIsTheTimeInWhichAnythingWaited() {
        let text =
            "some avg10=1.72 avg60=2.75 avg300=6.95 total=16645367\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n"
        #expect(MachineSource.stalledSeconds(text) == 16.645367)
        #expect(MachineSource.stalledSeconds("some avg10=1\n") == nil)
        #expect(MachineSource.stalledSeconds("") == nil)
    }

    @Test func thisMachineIsRead() throws {
        let source = try MachineSource(hasControl: true)
        let figures = try source.read()
        let values = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.value) })
        #expect(values["busy"] ?? 0 > 0 && values["processors"] ?? 0 >= 1 && values["clock"] == 0)
        let control = try #require(values["control_us"])
        #expect(control > 0 && control <= values["control_p90_us"] ?? 0, "microseconds of an answer over loopback")
        #expect(figures.allSatisfy { figure in MachineSeries(rawValue: figure.name)?.kind == figure.kind })
    }

    @Test func withoutControlNothingIsSent() throws {
        #expect(try MachineSource(hasControl: false).read().allSatisfy { !$0.name.hasPrefix("control") })
    }
}
