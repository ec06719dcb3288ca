using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace Metering.Api;

/// <summary>The service's health.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record HealthAnswer(string Status);
