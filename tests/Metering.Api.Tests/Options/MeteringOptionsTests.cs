using Metering.Api;

namespace Metering.Api.Tests;

public sealed class MeteringOptionsTests : OptionsContract<MeteringOptions>;
