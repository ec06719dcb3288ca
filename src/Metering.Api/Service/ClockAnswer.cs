using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace Metering.Api;

/// <summary>The test clock.</summary>
/// <param name="Now">Its time, UTC.</param>
public sealed record ClockAnswer(DateTimeOffset Now);
