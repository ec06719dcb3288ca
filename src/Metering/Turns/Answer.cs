using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What a command came to.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$a")]
[JsonDerivedType(typeof(UsageAnswer), "usage")]
[JsonDerivedType(typeof(HoldAnswer), "hold")]
[JsonDerivedType(typeof(GrantAnswer), "grant")]
[JsonDerivedType(typeof(BalanceAnswer), "balance")]
[JsonDerivedType(typeof(MachineAnswer), "machine")]
[JsonDerivedType(typeof(LicenseAnswer), "license")]
[JsonDerivedType(typeof(AssignmentAnswer), "assignment")]
[JsonDerivedType(typeof(LicenseUsage), "license_usage")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Refusal), "refusal")]
public abstract record Answer;
