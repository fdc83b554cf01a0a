import Measurement

/// What was watched as one: a process, and those that took its place after it ended.
struct WatchedService {
    /// In order of time; never empty.
    private(set) var tracks: [ProcessTrack]

    /// The processes of a run by what they serve: one that begins under the name of one that had ended succeeds it.
    static func all(of tracks: [ProcessTrack]) -> [WatchedService] {
        var services: [WatchedService] = []
        for track in tracks {
            if let place = services.firstIndex(where: { $0.isSucceeded(by: track) }) {
                services[place].tracks.append(track)
            } else {
                services.append(WatchedService(tracks: [track]))
            }
        }
        return services
    }

    private func isSucceeded(by track: ProcessTrack) -> Bool {
        guard let last = tracks.last, last.identity.name == track.identity.name, let end = last.vanished,
            let start = track.samples.first?.time
        else { return false }
        return end <= start
    }

    /// The kernel's name of its processes.
    var name: String { tracks.last?.identity.name ?? "" }

    /// `pid 4711 (sample-api)`, `pid 4711, 4720 (sample-api)`.
    var label: String { "pid \(tracks.map { "\($0.identity.pid)" }.joined(separator: ", ")) (\(name))" }

    /// For a sentence: with how often it was restarted.
    var longName: String { name + WatchedService.restartText(tracks.count - 1) }

    /// What follows a name in a sentence: how often what it names was restarted.
    static func restartText(_ count: Int) -> String {
        switch count {
        case 0: ""
        case 1: ", restarted once,"
        default: ", restarted \(count) times,"
        }
    }

    /// The samples that are wanted, and for each when its process had started, on a clock that tells one from another.
    func samples(where isWanted: (ProcessSample) -> Bool) -> (samples: [ProcessSample], starts: [Double]) {
        var samples: [ProcessSample] = []
        var starts: [Double] = []
        for (life, track) in tracks.enumerated() {
            let wanted = track.samples.filter(isWanted)
            samples += wanted
            starts += wanted.map { _ in 3600 * Double(life) }
        }
        return (samples, starts)
    }
}
