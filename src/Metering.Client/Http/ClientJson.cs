using System.Text.Json.Serialization;

namespace Metering.Client;

/// <summary>The JSON of requests and answers. Generated, so that the package can be trimmed and compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KnownNames<UsageLevel>), typeof(KnownNames<UsagePolicy>)])]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(LicenseUsage))]
[JsonSerializable(typeof(Validation))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(UseBody))]
[JsonSerializable(typeof(CheckBody))]
[JsonSerializable(typeof(ReserveBody))]
[JsonSerializable(typeof(ReservedAnswer))]
[JsonSerializable(typeof(CommitBody))]
[JsonSerializable(typeof(MachineBody))]
[JsonSerializable(typeof(RegisteredMachine))]
[JsonSerializable(typeof(LeaseBody))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(LeaseSyncBody))]
[JsonSerializable(typeof(LeaseNotes))]
[JsonSerializable(typeof(KeptUse))]
[JsonSerializable(typeof(UsageEvent))]
internal sealed partial class ClientJson : JsonSerializerContext;
