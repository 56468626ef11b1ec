/** The root of every stack. Its deletion is the teardown of the whole. */
export const stackType = "pulumi:pulumi:Stack";
