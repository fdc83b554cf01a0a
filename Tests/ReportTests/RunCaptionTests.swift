import Formats
import Measurement
import Testing

@testable import Report

@Suite("What was run")
struct RunCaptionTests {
    @Test("Known settings come first and by their names, empty ones are left out")
    func facts() {
        let run = RunDescription(
            startedAt: 1_773_480_413,
            settings: ["--speed": "10", "log": "a.rlog", "zeal": "high", "ramp": "", "for": "8h"],
            endpoints: [], plannedSessions: nil, isClosedLoop: true)
        let caption = RunCaption(folder: "/tmp/runs/run-1/./", of: run)
        #expect(caption.title == "run-1")
        #expect(
            caption.facts.map { "\($0.name)=\($0.value)" } == [
                "Recording=a.rlog", "Speed=10×", "For=8h", "Zeal=high", "Load=closed loop",
                "Started=2026-03-14 09:26:53 UTC",
            ])
        var fastest = run
        fastest.settings = ["speed": "max"]
        #expect(RunCaption(folder: "/", of: fastest).facts.first == .init(name: "Speed", value: "max"))
    }

    @Test("Settings are shown in words that need no manual")
    func words() {
        let run = RunDescription(
            startedAt: 0,
            settings: ["order": "all", "transport": "auto", "connections": "recorded", "pacing": "think"],
            endpoints: [], plannedSessions: nil, isClosedLoop: false)
        #expect(
            RunCaption(folder: "r", of: run).facts.dropLast().map { "\($0.name): \($0.value)" } == [
                "Pacing: recorded pauses (think)", "Connections: as recorded",
                "Each request waits for: all earlier responses of its session",
                "Transport: sockets, or libcurl for HTTP/2 and proxies (auto)",
            ])
    }

    @Test(
        "Instants as dates, against date(1)",
        arguments: [
            (0.0, "1970-01-01 00:00:00 UTC", "the epoch"),
            (-1, "1969-12-31 23:59:59 UTC", "before it"),
            (951_782_400, "2000-02-29 00:00:00 UTC", "a leap day of a leap century"),
            (951_868_799.9, "2000-02-29 23:59:59 UTC", "fractions are cut"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC", "no leap day in 2100"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC", "the last day of a leap year"),
            (.nan, "–", "no instant"),
        ] as [(Double, String, String)])
    func instants(seconds: Double, text: String, reason: String) {
        #expect((UTCDateTime(secondsSinceEpoch: seconds)?.text ?? "–") == text, "\(reason)")
    }
}
