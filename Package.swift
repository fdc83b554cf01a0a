// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "reprise",
    targets: [
        // Which C do we touch? Module maps and shims only.
        .systemLibrary(name: "CPcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLinux"),

        // The pipeline, in the order the data takes.
        // What are the nouns? Values only, no I/O.
        .target(name: "Traffic", swiftSettings: settings),
        // What does it mean? Percentiles, soak verdicts, gates. Pure.
        .target(name: "Analysis", dependencies: ["Traffic"], swiftSettings: settings),
    ]
)
