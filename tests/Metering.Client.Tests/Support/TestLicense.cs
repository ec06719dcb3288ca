namespace Metering.Client.Tests.Support;

public sealed record TestLicense(string Id, string Key);
