/** The same type by its old and its new name. */
export const balancerTypes = ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"] as const;

export const listenerTypes = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"] as const;

/** A load balancer of which nobody says the kind is one of applications (HTTP). */
export const isOfApplications = ({
  loadBalancerType = "application",
}: {
  readonly loadBalancerType?: string | undefined;
}) => loadBalancerType === "application";
