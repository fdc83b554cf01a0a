import Foundation
import TestSupport
import Testing

@testable import Analysis

/// Prints how often `DriftTest` errs; asked for as `MemoryTrendTable` is.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["REPRISE_SOAK_TABLE"] != nil))
struct DriftTestTable {
    /// Quantiles of 40 blocks with noise of `spread` (a share) and memory `rho`, that rise as `rise` says of the run's share.
    static func values(
        rho: Double, spread: Double, seed: UInt64, load: (Double) -> Double, rise: (Double) -> Double
    ) -> (values: [Double], load: [Double]) {
        var random = SplitMix(seed: seed)
        var noise = random.normal()
        let shares = (0..<40).map { Double($0) / 39 }
        let values = shares.map { share in
            noise = rho * noise + (1 - rho * rho).squareRoot() * random.normal()
            return spread * noise + log(1 + rise(share)) + 0.5 * log(load(share))
        }
        return (values, shares.map(load))
    }

    @Test func errors() {
        let cases: [(String, (Double) -> Double, (Double) -> Double)] = [
            ("none", { _ in 1 }, { _ in 0 }), ("load in waves", { 1 + 0.4 * sin(9 * $0) }, { _ in 0 }),
            ("load that rises", { 1 + $0 }, { _ in 0 }), ("+10 % gradual", { _ in 1 }, { 0.1 * $0 }),
            ("+20 % gradual", { _ in 1 }, { 0.2 * $0 }), ("+10 % step", { _ in 1 }, { $0 > 0.4 ? 0.1 : 0 }),
            ("+30 % and back", { _ in 1 }, { $0 > 0.4 && $0 < 0.6 ? 0.3 : 0 }),
        ]
        print("\nlatency drift, 40 blocks: growing % at noise 1, 2, 4 %")
        for (name, load, rise) in cases {
            for rho in [0, 0.5, 0.8] {
                let shares = [0.01, 0.02, 0.04].map { spread in
                    let found = (0..<200).count { seed in
                        let run = Self.values(rho: rho, spread: spread, seed: UInt64(seed) + 1, load: load, rise: rise)
                        guard let test = DriftTest(run.values, load: run.load) else { return false }
                        return test.pValue < 0.01 && test.change > log(1.04) && test.persists
                    }
                    return MemoryTrendTable.percent(found, 200)
                }
                print(name.padding(toLength: 18, withPad: " ", startingAt: 0), "AR(1) \(rho)", shares.joined())
            }
        }
    }
}
