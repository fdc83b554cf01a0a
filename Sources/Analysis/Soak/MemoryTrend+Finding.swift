import Formats
import Traffic

extension MemoryTrend {
    /// The trend as a finding of the summary.
    ///
    /// - Parameters:
    ///   - subject: the subject for tables.
    ///   - name: the subject for a sentence: `RSS of sample-api`.
    ///   - lastBytes: the figure at the end of the run.
    ///   - kind: the kind of figure.
    public func finding(
        subject: String, name: String, lastBytes: Double, kind: SoakKind = .memory
    ) -> SoakFinding {
        let perHour = spanSeconds > 0 ? 3600 / spanSeconds : 0
        let perRequest = growthBytes.flatMap { growth in
            answered.flatMap { $0 > 0 && verdict == .growing ? growth / $0 : nil }
        }
        return SoakFinding(
            kind: kind, subject: subject, verdict: soakVerdict, ratePerHour: growthBytes.map { $0 * perHour },
            ratePerHourLow: growthLowBytes.map { $0 * perHour }, ratePerHourHigh: growthHighBytes.map { $0 * perHour },
            change: growthBytes, bytesPerRequest: perRequest, probability: probability,
            explanation: explanation(name, perHour: perHour, perRequest: perRequest, lastBytes: lastBytes))
    }

    private var soakVerdict: SoakVerdict {
        switch verdict {
        case .growing: .growing
        case .stable: .stable
        case .inconclusive: .inconclusive
        }
    }

    private func explanation(_ name: String, perHour: Double, perRequest: Double?, lastBytes: Double) -> String {
        let span = MemoryTrend.duration(spanSeconds)
        let size = scale.text
        let more = neededSeconds.map { "; about \(MemoryTrend.duration($0)) of such a run would decide" } ?? ""
        guard let growthBytes, let growthLowBytes, let growthHighBytes else {
            guard case .inconclusive(let reason) = verdict else { return name }
            return "\(name) cannot be judged: \(reason.rawValue) (\(span))\(more)"
        }
        let interval = "90% interval \(size(growthLowBytes * perHour)) … \(size(growthHighBytes * perHour))"
        let rate = "\(size(growthBytes * perHour)) per hour (\(interval))"
        // A bound over the run alone makes a short run look better than it is.
        let bound = "\(size(ruledOutBytes)) or more (\(size(ruledOutBytes * perHour)) per hour) is ruled out"
        switch verdict {
        case .growing:
            let each = perRequest.map { ", \(size($0)) per answered request" } ?? ""
            let onset = onsetSeconds > 0 ? ", from about \(MemoryTrend.duration(onsetSeconds)) on" : ""
            return "\(name) grew by \(size(growthBytes)) over \(span)\(onset): \(rate)\(each)"
        case .stable:
            if let settled {
                return "\(name) rose by \(size(settled.bytes)), most of it by second "
                    + "\(settled.second.formatted(decimals: 0)), and then stayed level until the end (\(span)): "
                    + "\(size(lastBytes)) at the end, further growth of \(bound)"
            }
            return "\(name) is stable over \(span): \(size(lastBytes)) at the end, growth of \(bound)"
        case .inconclusive(let reason):
            // An estimate is given only if growth is at least as likely as chance.
            let seen =
                probability ?? 0 >= 0.5
                ? "it may grow by \(rate)"
                : "growth of up to \(size(max(growthHighBytes, 0) * perHour)) per hour is not ruled out"
            return "\(name) cannot be judged over \(span): \(reason.rawValue); \(seen)\(more)"
        }
    }

    /// `31 s`, `5.2 min`, `8.0 h`.
    static func duration(_ seconds: Double) -> String {
        if seconds < 120 { return "\(seconds.formatted(decimals: 0)) s" }
        if seconds < 7200 { return "\((seconds / 60).formatted(decimals: 1)) min" }
        return "\((seconds / 3600).formatted(decimals: 1)) h"
    }
}
