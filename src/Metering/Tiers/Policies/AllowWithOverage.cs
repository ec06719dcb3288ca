namespace Metering;

/// <summary>Allows; what the allowance does not cover is counted as overage, as it is for any use.</summary>
internal sealed class AllowWithOverage : PolicyRule;
