import Measurement

/// A watched process together with the processes that replaced it after it ended.
struct WatchedService {
    /// In chronological order; never empty.
    private(set) var tracks: [ProcessTrack]

    /// Groups a run's processes into services: a process that starts under the name of an ended one succeeds it.
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

    /// The name for a sentence, with the number of restarts.
    var longName: String { name + WatchedService.restartText(tracks.count - 1) }

    /// The text after a name in a sentence: the number of restarts.
    static func restartText(_ count: Int) -> String {
        switch count {
        case 0: ""
        case 1: ", restarted once,"
        default: ", restarted \(count) times,"
        }
    }

    /// The wanted samples, and for each a start time of its process; these start times only serve to distinguish
    /// processes.
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
