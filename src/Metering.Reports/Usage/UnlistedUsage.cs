namespace Metering.Reports;

/// <summary>What was used beside what the users of a list used.</summary>
/// <param name="Users">Users beyond those that are listed.</param>
/// <param name="Total">Units, of those users and of changes that name none.</param>
/// <param name="Count">How many changes there were.</param>
public sealed record UnlistedUsage(int Users, decimal Total, long Count);
