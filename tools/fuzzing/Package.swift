// swift-tools-version: 6.2
import PackageDescription

// Its own package, so that no user's build meets libFuzzer; `tools/fuzz` builds and runs it.
let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "reprise", path: "../..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [.product(name: "RepriseReaders", package: "reprise")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
